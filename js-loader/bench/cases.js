// What is measured between components: one row of the table each.
//
// `guest` is a component of guests/; `link` lists its core modules in the order in which a host without components
// would instantiate them, with the hand-written adapters of hand/ (`as: file`) between them. Core modules take their
// names from `modules`, in the order in which the component has them; imports are found by these names.

/**
 * @typedef {object} Guest
 * @property {string} file
 * @property {string[]} modules
 * @property {(string | {as: string, hand: string})[]} link
 */

const plain = { modules: ['callee', 'caller'], adapted: ['callee', 'adapter', 'caller'] };
const withMemory = { modules: ['callee', 'libc', 'caller'], adapted: ['callee', 'libc', 'adapter', 'caller'] };

/** @returns {Guest} */
function guest(file, { modules, adapted }) {
  return { file, modules, link: adapted.map((name) => (name === 'adapter' ? { as: name, hand: file } : name)) };
}

const GUESTS = {
  scalar: guest('scalar', plain),
  checked: guest('checked', plain),
  string: guest('string', withMemory),
  list: guest('list', withMemory),
  records: guest('records', withMemory),
  result: guest('result', withMemory),
  resource: guest('resource', {
    modules: ['callee', 'constructor', 'caller'],
    adapted: ['callee', 'adapter', 'caller'],
  }),
  chain: {
    file: 'chain',
    modules: ['last', 'middle-libc', 'middle', 'libc', 'first'],
    link: [
      'last',
      'middle-libc',
      { as: 'to-last', hand: 'chain-last' },
      'middle',
      'libc',
      { as: 'to-middle', hand: 'chain-middle' },
      'first',
    ],
  },
};

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} id names the built component; cases that differ only in the text share one
 * @property {Guest} guest
 * @property {number} limit how many times the hand-written adapter's time the row may take
 * @property {number} lead how many times faster than jco the row must be
 * @property {{caller: string, callee: string}} [encodings]
 * @property {{kind: 'ascii' | 'latin' | 'cjk', size: number}} [text]
 */

/** @returns {Case} */
function scalarCase(name, file) {
  return { name, id: file, guest: GUESTS[file], limit: 1.3, lead: 50 };
}

/** @returns {Case} */
function memoryCase(name, file) {
  return { name, id: file, guest: GUESTS[file], limit: 1.5, lead: 50 };
}

/** @returns {Case} */
function stringCase(caller, callee, kind, size) {
  const amount = size < 1024 ? `${size} B` : `${size / 1024} KiB`;
  return {
    name: `string ${amount} ${kind} ${caller} -> ${callee}`,
    id: `string-${caller}-${callee}`,
    guest: GUESTS.string,
    limit: 1.5,
    // jco copies without validating: at this size the copy is all that counts.
    lead: size >= 65536 ? 1 : 50,
    encodings: { caller, callee },
    text: { kind, size },
  };
}

const UTF8 = 'utf8';
const UTF16 = 'utf16';
const LATIN = 'latin1+utf16';

/** @type {Case[]} */
export const CASES = [
  scalarCase('scalar (u32, u32) -> u32', 'scalar'),
  scalarCase('scalar (bool, u8, char, enum) -> u32', 'checked'),
  scalarCase('resource method, borrowed handle', 'resource'),
  stringCase(UTF8, UTF8, 'ascii', 16),
  stringCase(UTF8, UTF8, 'ascii', 1024),
  stringCase(UTF8, UTF8, 'ascii', 65536),
  stringCase(UTF8, UTF8, 'cjk', 16),
  stringCase(UTF8, UTF8, 'cjk', 1024),
  stringCase(UTF8, UTF8, 'cjk', 65536),
  stringCase(UTF8, UTF16, 'ascii', 16),
  stringCase(UTF8, UTF16, 'ascii', 1024),
  stringCase(UTF8, UTF16, 'ascii', 65536),
  stringCase(UTF8, UTF16, 'cjk', 1024),
  stringCase(UTF16, UTF8, 'ascii', 16),
  stringCase(UTF16, UTF8, 'ascii', 1024),
  stringCase(UTF16, UTF8, 'cjk', 1024),
  stringCase(UTF16, UTF16, 'ascii', 1024),
  stringCase(UTF8, LATIN, 'ascii', 1024),
  stringCase(UTF8, LATIN, 'latin', 1024),
  stringCase(UTF8, LATIN, 'cjk', 1024),
  stringCase(LATIN, UTF8, 'ascii', 1024),
  stringCase(LATIN, UTF8, 'latin', 1024),
  stringCase(LATIN, UTF8, 'cjk', 1024),
  stringCase(UTF16, LATIN, 'ascii', 1024),
  stringCase(UTF16, LATIN, 'cjk', 1024),
  stringCase(LATIN, UTF16, 'latin', 1024),
  stringCase(LATIN, LATIN, 'latin', 1024),
  memoryCase('string 1 KiB ascii result utf8 -> utf8', 'result'),
  memoryCase('list<u32> x1000', 'list'),
  memoryCase('list<record{u32, f64, string(8)}> x100', 'records'),
  memoryCase('chain of three, string 16 B ascii', 'chain'),
];
