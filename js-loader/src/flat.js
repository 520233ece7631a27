/** The core values of one call, as lifting takes them. */

/** Core values of one call, taken from front to back. */
export class FlatValues {
  /** @param {import('./codec.js').CoreValue[]} values */
  constructor(values) {
    this.values = values;
    this.at = 0;
  }

  /** @returns {any} */
  next() {
    return this.values[this.at++];
  }
}
