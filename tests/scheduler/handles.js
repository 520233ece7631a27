/**
 * Rules that trap, and the handles of actors.
 *
 * Spec: `trap_if`, `Table`.
 */

/** A rule was broken by a guest. */
export class Trap extends Error {}

/** @param {boolean} broken @param {string} rule */
export function trapIf(broken, rule) {
  if (broken) throw new Trap(rule);
}

/** Handles of an actor. Numbers begin at 1; what was freed last is used first. */
export class Handles {
  entries = /** @type {any[]} */ ([undefined]);
  free = /** @type {number[]} */ ([]);

  add(entry) {
    const index = this.free.pop() ?? this.entries.length;
    this.entries[index] = entry;
    return index;
  }

  get(index, kind) {
    const entry = this.entries[index];
    trapIf(!entry, `no handle ${index}`);
    trapIf(!(entry instanceof kind), `handle ${index} is no ${kind.name}`);
    return entry;
  }

  remove(index, kind) {
    trapIf(!this.entries[index], `no handle ${index}`);
    const entry = this.entries[index];
    this.entries[index] = undefined;
    this.free.push(index);
    trapIf(!(entry instanceof kind), `handle ${index} is no ${kind.name}`);
    return entry;
  }

  /** @returns {[index: number, entry: any][]} */
  all() {
    return this.entries.flatMap((entry, index) => (entry ? [[index, entry]] : []));
  }
}
