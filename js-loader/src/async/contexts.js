/**
 * Context slots are globals of the runtime module, one pair for each component instance. A thread has values of its
 * own in them: they are put there while it runs and taken away when it stops.
 */

/** @typedef {(number | bigint)[]} Values of all slots */

export class ContextSlots {
  /** @param {import('../root.js').Root} root */
  constructor(root) {
    this.root = root;
    /** @type {WebAssembly.Global[] | undefined} */
    this.made = undefined;
  }

  /** All slots of the component. The runtime module must be there. */
  get slots() {
    const { root } = this;
    return (this.made ??= root.plan.instances.flatMap((_, i) => root.instance(i).context ?? []));
  }

  /** @returns {Values} */
  save() {
    return this.slots.map((slot) => slot.value);
  }

  /** @param {Values} values */
  restore(values) {
    const { slots } = this;
    for (let i = 0; i < slots.length; i++) slots[i].value = values[i];
  }

  /**
   * Gives a thread that is about to be called its own values, which are zero at first.
   *
   * @param {import('./threads.js').Thread} thread
   */
  load(thread) {
    const { component } = thread.instance;
    const values = thread.context;
    if (!values) component.clearContext();
    else component.context?.forEach((slot, i) => (slot.value = values[i]));
  }

  /**
   * Remembers a thread's values until its callback is called again.
   *
   * @param {import('./threads.js').Thread} thread
   */
  keep(thread) {
    thread.context = thread.instance.component.context?.map((slot) => slot.value) ?? null;
  }
}
