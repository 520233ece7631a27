/** Lists whose items know their neighbours, so that any of them is taken out at once and nothing is allocated. */

/** What can be in one list at a time. */
export class Item {
  constructor() {
    /** @type {any} */
    this.before = this;
    /** @type {any} */
    this.after = this;
  }

  /** Whether it is in a list; of a list, whether anything is. */
  get isLinked() {
    return this.after !== this;
  }

  /** Takes it out of its list, if it is in one. */
  unlink() {
    const { before, after } = this;
    before.after = after;
    after.before = before;
    this.before = this.after = this;
  }
}

/** First in, first out, unless one is taken from the middle. */
export class List extends Item {
  /** @param {Item} item which is in no list */
  push(item) {
    const { before } = this;
    item.before = before;
    item.after = this;
    this.before = before.after = item;
  }

  *[Symbol.iterator]() {
    for (let item = this.after; item !== this; item = item.after) yield item;
  }
}
