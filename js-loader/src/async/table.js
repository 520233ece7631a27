/** Tables as the specification has them: indices from 1 on, and the one freed last is the first to be used again. */

/**
 * Spec: `Table`.
 *
 * @template T
 */
export class Table {
  constructor() {
    /** The entry of index 0 is never used. @type {(T | undefined)[]} */
    this.entries = [undefined];
    /** @type {number[]} */
    this.free = [];
  }

  /**
   * @param {T} entry
   * @returns {number}
   */
  add(entry) {
    const index = this.free.pop() ?? this.entries.length;
    this.entries[index] = entry;
    return index;
  }

  /** @param {number} index */
  get(index) {
    return this.entries[index];
  }

  /** @param {number} index of an entry */
  remove(index) {
    this.entries[index] = undefined;
    this.free.push(index);
  }
}

/** How many places of items that were taken a queue may keep. */
const ROOM = 1024;

/**
 * First in, first out; taking does not move what remains.
 *
 * @template T
 */
export class Queue {
  constructor() {
    /** @type {T[]} */
    this.items = [];
    this.head = 0;
  }

  get length() {
    return this.items.length - this.head;
  }

  /** @param {T} item */
  push(item) {
    this.items.push(item);
  }

  /** @returns {T | undefined} */
  shift() {
    if (this.length === 0) return undefined;
    const item = this.items[this.head];
    this.items[this.head++] = /** @type {any} */ (undefined);
    if (this.head > ROOM && 2 * this.head > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  /**
   * The first item for which something is true.
   *
   * @param {(item: T) => boolean} test
   */
  find(test) {
    for (let i = this.head; i < this.items.length; i++) if (test(this.items[i])) return this.items[i];
    return undefined;
  }

  /** @param {T} item which is in it */
  remove(item) {
    this.items.splice(this.items.indexOf(item, this.head), 1);
  }

  clear() {
    this.items = [];
    this.head = 0;
  }
}
