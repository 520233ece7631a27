/**
 * Waitables, and the sets that threads wait on.
 *
 * Spec: `Waitable`, `WaitableSet`.
 */

export class Waitable {
  /** What makes the event when it is delivered. @type {(() => [number, number, number]) | null} */
  pending = null;
  /** @type {WaitableSet | null} */
  set = null;
  hasSyncWaiter = false;

  deliver() {
    const event = this.pending;
    this.pending = null;
    return event();
  }

  join(set) {
    if (this.set) this.set.members.splice(this.set.members.indexOf(this), 1);
    this.set = set;
    set?.members.push(this);
  }
}

export class WaitableSet {
  /** @type {Waitable[]} */
  members = [];
  waiting = 0;

  get ready() {
    return this.members.filter((member) => member.pending);
  }
}
