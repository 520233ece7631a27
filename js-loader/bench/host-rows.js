// The host's side of the host boundary table: the functions that it offers, and a loop for each call that it makes.
//
// Each column imports this file under a URL of its own (`host-rows.js?jco`), so that no column's call sites learn
// from the objects of another.

const SIXTEEN = 'sixteen bytes ok';
const KIBIBYTE = SIXTEEN.repeat(64);
const LIST = Uint32Array.from({ length: 1000 }, (_, i) => i);
const RECORDS = Array.from({ length: 100 }, (_, i) => ({ id: i, weight: i, name: 'record 0' }));

/** What the host offers as bench:host/env. */
export const env = {
  add: (a, b) => (a + b) >>> 0,
  mix: (a, b, { x, y }, o) => a + b + x + y + (o === undefined ? 0 : o + 1),
  takeText: (text) => text.length,
  giveText: (size) => (size === 16 ? SIXTEEN : KIBIBYTE),
  takeList: (list) => list.length + list[999],
  giveList: () => LIST,
  takeRecords: (items) => items[99].id + items[99].name.length,
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
      name: 'host -> guest: string 16 B parameter',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.takeText(SIXTEEN);
        return sum;
      },
    },
    {
      name: 'host -> guest: string 1 KiB parameter',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.takeText(KIBIBYTE);
        return sum;
      },
    },
    {
      name: 'host -> guest: string 16 B result',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.giveText(16).length;
        return sum;
      },
    },
    {
      name: 'host -> guest: string 1 KiB result',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.giveText(1024).length;
        return sum;
      },
    },
    {
      name: 'host -> guest: list<u32> x1000 parameter',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.takeList(LIST);
        return sum;
      },
    },
    {
      name: 'host -> guest: list<u32> x1000 result',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.giveList()[999];
        return sum;
      },
    },
    {
      name: 'host -> guest: list<record> x100 parameter',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.takeRecords(RECORDS);
        return sum;
      },
    },
    {
      name: 'host -> guest: list<record> x100 result',
      run: (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += api.giveRecords()[99].name.length;
        return sum;
      },
    },
    { name: 'guest -> host: add(u32, u32)', run: (n) => exports.runAdd(n) >>> 0 },
    { name: 'guest -> host: f(u32, f64, record, option)', run: (n) => exports.runMix(n) >>> 0 },
    { name: 'guest -> host: method of a resource', run: (n) => exports.runMethod(n) >>> 0 },
    { name: 'guest -> host: string 16 B parameter', run: (n) => exports.runTakeText(n, 16) >>> 0 },
    { name: 'guest -> host: string 1 KiB parameter', run: (n) => exports.runTakeText(n, 1024) >>> 0 },
    { name: 'guest -> host: string 16 B result', run: (n) => exports.runGiveText(n, 16) >>> 0 },
    { name: 'guest -> host: string 1 KiB result', run: (n) => exports.runGiveText(n, 1024) >>> 0 },
    { name: 'guest -> host: list<u32> x1000 parameter', run: (n) => exports.runTakeList(n) >>> 0 },
    { name: 'guest -> host: list<u32> x1000 result', run: (n) => exports.runGiveList(n) >>> 0 },
    { name: 'guest -> host: list<record> x100 parameter', run: (n) => exports.runTakeRecords(n) >>> 0 },
    { name: 'guest -> host: list<record> x100 result', run: (n) => exports.runGiveRecords(n) >>> 0 },
  ];
}
