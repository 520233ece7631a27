// The strings of the string cases, in the bytes of each encoding.

const SAMPLES = {
  ascii: 'The quick brown fox jumps over the lazy dog, and 42 others do so too. ',
  // One letter in eight or so is beyond ASCII, as in French or German text.
  latin: 'Grüße aus Köln, où l’été est déjà là à côté. '.replace('’', "'"),
  cjk: '敏捷的棕色狐狸跳过了懒惰的狗而另外四十二只也是如此',
};

/**
 * @param {'ascii' | 'latin' | 'cjk'} kind
 * @param {number} size of the string in bytes, when it is in UTF-8; a character that does not fit is left off
 * @param {string} encoding of the component model
 * @returns {{bytes: Uint8Array, length: number}} memory content and the length word that goes with it
 */
export function encode(kind, size, encoding) {
  const text = ofSize(kind, size);
  if (encoding === 'utf8') {
    const bytes = new TextEncoder().encode(text);
    return { bytes, length: bytes.length };
  }
  if (encoding === 'latin1+utf16' && !/[^\0-\xff]/.test(text)) {
    return { bytes: Uint8Array.from(text, (char) => char.charCodeAt(0)), length: text.length };
  }
  const units = Uint16Array.from(text.split(''), (char) => char.charCodeAt(0));
  const tag = encoding === 'latin1+utf16' ? 0x80000000 : 0;
  return { bytes: new Uint8Array(units.buffer), length: (units.length | tag) >>> 0 };
}

/** A text of at most `size` bytes in UTF-8, and of no fewer than it takes to leave no room for a character. */
export function ofSize(kind, size) {
  const sample = SAMPLES[kind];
  const repeated = sample.repeat(Math.ceil(size / sample.length));
  const space = new Uint8Array(size);
  const { read } = new TextEncoder().encodeInto(repeated, space);
  return repeated.slice(0, read);
}
