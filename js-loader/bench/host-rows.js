// The host's side of the host boundary table: the functions that it offers, and a loop for each call that it makes.
//
// Each column imports this file under a URL of its own (`host-rows.js?jco`), so that no column's call sites learn
// from the objects of another.

/** Texts by size, in bytes: all ASCII. */
const TEXTS = new Map([4, 16, 64, 1024, 65536].map((size) => [size, 'sixteen bytes ok'.repeat(Math.ceil(size / 16)).slice(0, size)]));
const LIST = Uint32Array.from({ length: 4096 }, (_, i) => i);
const BYTES = Uint8Array.from(LIST);
const POINTS = Array.from({ length: 1000 }, (_, i) => ({ x: i, y: i }));
const RECORDS = Array.from({ length: 1000 }, (_, i) => ({ id: i, weight: i, name: 'record 0' }));

/** What the host offers as bench:host/env. */
export const env = {
  add: (a, b) => (a + b) >>> 0,
  mix: (a, b, { x, y }, o) => a + b + x + y + (o === undefined ? 0 : o + 1),
  takeText: (text) => text.length,
  giveText: (size) => TEXTS.get(size),
  takeList: (list) => list.length + list[4095],
  giveList: () => LIST,
  takeBytes: (list) => list.length + list[4095],
  giveBytes: () => BYTES,
  takePoints: (items) => items.length + items[999].y,
  givePoints: () => POINTS,
  takeRecords: (items) => items[999].id + items[999].name.length,
  giveRecords: () => RECORDS,
  Counter: class Counter {
    #value;
    constructor(start) {
      this.#value = start;
    }
    add(n) {
      return (this.#value + n) >>> 0;
    }
  },
};

/**
 * The rows: a function `(calls) => sum` each.
 *
 * @param {any} exports of guests/host.wat
 * @returns {{name: string, run: (calls: number) => number}[]}
 */
export function rows(exports) {
  const { api } = exports;
  const counter = new api.Counter(40);
  const point = { x: 2, y: 2.5 };
  return [
    {
      name: 'host -> guest: add(u32, u32)',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum = api.add(sum, i);
        return sum >>> 0;
      },
    },
    {
      name: 'host -> guest: f(u32, f64, record, option)',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.mix(i, 1.5, point, 7);
        return sum;
      },
    },
    {
      name: 'host -> guest: method of a resource',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += counter.add(i);
        return sum;
      },
    },
    {
      name: 'host -> guest: construct and drop a resource',
      run: (n) => {
        for (let i = 0; i < n; i++) new api.Counter(i)[Symbol.dispose]();
        return 0;
      },
    },
    ...[...TEXTS].flatMap(([size, text]) => [
      {
        name: `host -> guest: string ${amount(size)} parameter`,
        run: (n) => {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += api.takeText(text);
          return sum;
        },
      },
      {
        name: `host -> guest: string ${amount(size)} result`,
        run: (n) => {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += api.giveText(size).length;
          return sum;
        },
      },
    ]),
    ...LISTS.flatMap(([name, value, take, give]) => [
      {
        name: `host -> guest: ${name} parameter`,
        run: (n) => {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += api[take](value);
          return sum;
        },
      },
      {
        name: `host -> guest: ${name} result`,
        run: (n) => {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += api[give]().length;
          return sum;
        },
      },
    ]),
    { name: 'guest -> host: add(u32, u32)', run: (n) => exports.runAdd(n) >>> 0 },
    { name: 'guest -> host: f(u32, f64, record, option)', run: (n) => exports.runMix(n) >>> 0 },
    { name: 'guest -> host: method of a resource', run: (n) => exports.runMethod(n) >>> 0 },
    { name: 'guest -> host: construct and drop a resource', run: (n) => exports.runMake(n) >>> 0 },
    ...[...TEXTS.keys()].flatMap((size) => [
      { name: `guest -> host: string ${amount(size)} parameter`, run: (n) => exports.runTakeText(n, size) >>> 0 },
      { name: `guest -> host: string ${amount(size)} result`, run: (n) => exports.runGiveText(n, size) >>> 0 },
    ]),
    ...LISTS.flatMap(([name, , take, give]) => [
      { name: `guest -> host: ${name} parameter`, run: (n) => exports[running(take)](n) >>> 0 },
      { name: `guest -> host: ${name} result`, run: (n) => exports[running(give)](n) >>> 0 },
    ]),
  ];
}

/** Lists: what is passed, and the functions that take and give such. */
const LISTS = [
  ['list<u8> x4096', BYTES, 'takeBytes', 'giveBytes'],
  ['list<u32> x4096', LIST, 'takeList', 'giveList'],
  ['list<record> x1000', POINTS, 'takePoints', 'givePoints'],
  ['list<record with a string> x1000', RECORDS, 'takeRecords', 'giveRecords'],
];

/** @param {number} size in bytes */
function amount(size) {
  return size < 1024 ? `${size} B` : `${size / 1024} KiB`;
}

/** The export that calls a function of the host's in a loop. @param {string} name of it */
function running(name) {
  return `run${name[0].toUpperCase()}${name.slice(1)}`;
}
