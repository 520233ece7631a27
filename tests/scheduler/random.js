/** Random numbers that are the same on every machine, so that a seed names a case for ever. */

/** Small and fast (xorshift). */
export class Random {
  /** @param {number} seed */
  constructor(seed) {
    this.state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) | 1;
    for (let i = 0; i < 8; i++) this.below(2);
  }

  /** @param {number} n */
  below(n) {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % n;
  }

  /** @template T @param {T[]} items */
  pick(items) {
    return items[this.below(items.length)];
  }
}
