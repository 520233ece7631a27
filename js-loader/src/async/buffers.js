/**
 * Where the elements of streams and futures come from and go to: ranges of guests' memories, or values of the host.
 * Only as many elements are moved as both sides have room for, so that what they own never is in between.
 *
 * Spec: `Buffer`, `BufferGuestImpl`.
 */
import { Trap } from '../errors.js';
import { valueContext } from './call-contexts.js';
import { coreItem } from '../replay.js';
import { isBigIntArray } from '../lists.js';
import { typedArray } from '../scalars.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./instances.js').InstanceState} InstanceState */

/** Spec: `Buffer.MAX_LENGTH`. */
const MAX_LENGTH = 2 ** 28 - 1;

/** What is the same for all buffers of one built-in: the element type under one side's options. */
export class ElementForm {
  /**
   * @param {Scheduler} scheduler
   * @param {number | null} element type
   * @param {number} optionsIndex
   */
  constructor(scheduler, element, optionsIndex) {
    const { root } = scheduler;
    const options = root.plan.options[optionsIndex];
    this.scheduler = scheduler;
    this.element = element;
    this.optionsIndex = optionsIndex;
    this.instance = scheduler.instance(options.instance);
    this.codec = element === null ? null : root.compiled.signatures.codecs[options.pointer].get(element);
    this.numeric = this.codec && typedArray(this.codec.kind);
    /** Copiers into buffers of other forms. @type {Map<ElementForm, Function>} */
    this.copiers = new Map();
    this.cx = valueContext(root, optionsIndex, 'a stream or future');
  }

  /**
   * What copies elements to a buffer of another form.
   *
   * @param {ElementForm} target
   */
  copierTo(target) {
    let copier = this.copiers.get(target);
    if (!copier) {
      const { root } = this.scheduler;
      const found = /** @type {any} */ (root.plan).copiers.find(
        (/** @type {any} */ { type, from, to }) => type === this.element && from === this.optionsIndex && to === target.optionsIndex,
      );
      this.copiers.set(target, (copier = coreItem(root, found.func)));
    }
    return /** @type {Function} */ (copier);
  }
}

/** Room for so many elements, some of which have been moved. */
class Buffer {
  /** @param {number} length in elements */
  constructor(length) {
    this.length = length;
    this.progress = 0;
  }

  get remain() {
    return this.length - this.progress;
  }

  /** @param {number} count */
  advance(count) {
    this.progress += count;
  }
}

/** A range of a guest's memory. */
export class GuestBuffer extends Buffer {
  /**
   * @param {ElementForm} form
   * @param {number | bigint} pointer
   * @param {number | bigint} length in elements
   */
  constructor(form, pointer, length) {
    super(typeof length === 'bigint' ? Number(BigInt.asUintN(64, length)) : length >>> 0);
    const { codec, cx } = form;
    this.form = form;
    this.address = 0;
    if (this.length > MAX_LENGTH) throw new Trap('stream read/write count too large');
    if (codec && this.length > 0) {
      cx.memory.refresh();
      this.address = cx.area(pointer, codec.align, this.length * codec.size);
    }
  }

  get instance() {
    return this.form.instance;
  }

  /**
   * Elements as values of JavaScript.
   *
   * @param {number} count
   * @returns {ArrayLike<any>}
   */
  take(count) {
    const { codec, cx, numeric } = this.form;
    if (!codec) return new Array(count).fill(undefined);
    const { address } = this;
    cx.memory.refresh();
    if (numeric) return new numeric(cx.memory.memory.buffer.slice(address, address + count * codec.size));
    return Array.from({ length: count }, (_, i) => codec.lift(cx, address + i * codec.size, null));
  }

  /** @param {ArrayLike<any>} values */
  put(values) {
    const { codec, cx, numeric } = this.form;
    if (!codec) return;
    cx.memory.refresh();
    if (numeric && (!numeric.name.startsWith('Big') || isBigIntArray(values))) {
      new numeric(cx.memory.memory.buffer, this.address, values.length).set(values);
    } else {
      for (let i = 0; i < values.length; i++) codec.lower(cx, values[i], this.address + i * codec.size, null);
    }
  }

  /** @param {number} count */
  advance(count) {
    super.advance(count);
    this.address += count * (this.form.codec?.size ?? 0);
  }
}

/** Values that the host gives. */
export class HostSource extends Buffer {
  /** @param {ArrayLike<any>} values */
  constructor(values) {
    super(values.length);
    this.values = values;
  }

  /** @param {number} count */
  take(count) {
    const { values, progress } = this;
    if (count === this.length) return values;
    const { subarray = Array.prototype.slice } = /** @type {any} */ (values);
    return subarray.call(values, progress, progress + count);
  }
}

/** Room for values that the host takes. */
export class HostTarget extends Buffer {
  /** @type {ArrayLike<any>} */
  values = [];

  /** @param {ArrayLike<any>} values */
  put(values) {
    this.values = values;
  }
}

/** @typedef {GuestBuffer | HostSource} Source */
/** @typedef {GuestBuffer | HostTarget} Target */

/**
 * @param {Source} source
 * @param {Target} target
 * @param {number} count of elements, no more than either has
 */
export function move(source, target, count) {
  if (source instanceof GuestBuffer && target instanceof GuestBuffer) moveInside(source, target, count);
  else target.put(source.take(count));
  source.advance(count);
  target.advance(count);
}

/**
 * From guest to guest.
 *
 * @param {GuestBuffer} source
 * @param {GuestBuffer} target
 * @param {number} count
 */
function moveInside(source, target, count) {
  const from = source.form;
  const to = target.form;
  const { codec } = from;
  if (!codec) return;
  if (from.numeric) {
    from.cx.memory.refresh();
    to.cx.memory.refresh();
    to.cx.memory.u8.set(from.cx.memory.u8.subarray(source.address, source.address + count * codec.size), target.address);
    return;
  }
  from.copierTo(to)(core(source), core(target), count);
}

/** @param {GuestBuffer} buffer */
function core({ address, form }) {
  return form.cx.wide ? BigInt(address) : address;
}
