// Offers the feed, as JavaScript that componentize-qjs turns into a component (it holds the engine, some 1.3 MB).

import { waitFor } from 'wasi:clocks/monotonic-clock@0.3.0';

const MAX_CHUNK = 65536;
/** A turn of the clock in nanoseconds. */
const TURN = 1_000_000;
const LABELS = ['north', 'ost-süd-ost', '西'];
const LEVELS = [1, 22, 333, 4444];

const capitals = (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

let calls = 0;

/** `stream<u8>` takes chunks. */
async function* byteChunks(count, chunk) {
  for (let done = 0; done < count; ) {
    const bytes = new Uint8Array(Math.min(chunk, count - done));
    for (let i = 0; i < bytes.length; i++) bytes[i] = done + i;
    done += bytes.length;
    yield bytes;
  }
}

async function* allReadings(count) {
  for (let number = 0; number < count; number++) {
    yield { number, label: LABELS[number % 3], levels: LEVELS.slice(0, number % 5) };
  }
}

async function* upperTexts(input) {
  for await (const text of input) yield capitals(text);
}

export const feed = {
  async now() {
    return ++calls;
  },
  async later(turns) {
    for (let turn = 0; turn < turns; turn++) await waitFor(TURN);
    return `${turns} turns`;
  },
  async check(name) {
    if (name === '') throw 'a name has at least one letter';
    return encodeURIComponent(name).replace(/%../g, '*').length;
  },
  async bytes(count, chunk) {
    return byteChunks(count, Math.min(chunk || MAX_CHUNK, MAX_CHUNK));
  },
  async readings(count) {
    return allReadings(count);
  },
  async note(text) {
    const { readable, writable } = wit.Future(wit.Future.STRING);
    waitFor(TURN).then(() => writable.write(capitals(text)));
    return readable;
  },
  async sum(input) {
    let sum = 0;
    for await (const bytes of input) for (const byte of bytes) sum += byte;
    return sum;
  },
  async upper(input) {
    return upperTexts(input);
  },
};
