/**
 * The errors that users of the loader meet. Each says what is wrong, where, and what was expected, because the
 * reader usually wrote neither the guest nor the plan.
 */

/** The plan cannot be replayed by this loader or in this engine. Nothing has been instantiated. */
export class PlanError extends Error {
  get name() {
    return 'PlanError';
  }
}

/**
 * What to throw for what only a newer loader, if any, can do.
 *
 * @param {string} what
 */
export function unsupported(what) {
  return new PlanError(`${what} is not supported by this loader`);
}

/**
 * What to throw for a file that is not what it should be.
 *
 * @param {string | URL} file
 * @param {any} cause
 */
export function inFile(file, cause) {
  const advice = isTooLarge(cause) ? ' Use `compile` and `instantiate`.' : '';
  return new PlanError(`${file}: ${cause.message}${advice}`, { cause });
}

/**
 * Whether an engine refused a module because a page may not do so much work at once.
 *
 * @param {any} error
 */
export function isTooLarge(error) {
  return error instanceof RangeError && error.message.includes('main thread');
}

/** The imports given do not satisfy the plan. */
export class LinkError extends WebAssembly.LinkError {}

/** A component function returned the `err` case of its `result`; host functions throw it to do so. */
export class ComponentError extends Error {
  /** @param {unknown} payload what the `err` case carries */
  constructor(payload) {
    super(typeof payload === 'string' ? payload : `${describe(payload)} (see error.payload)`);
    /** What the `err` case carries. @type {unknown} */
    this.payload = payload;
    // A string is the message already, so printing it twice would only be noise.
    if (typeof payload === 'string') Object.defineProperty(this, 'payload', { enumerable: false });
  }

  get name() {
    return 'ComponentError';
  }
}

/**
 * A rule of WebAssembly or of the Canonical ABI was broken: the component that did it cannot be used any more.
 *
 * `message` begins with the rule and ends with the place; `cause` is the engine's own error or what a host
 * function threw, where there was one.
 */
export class Trap extends WebAssembly.RuntimeError {
  /**
   * @param {string} rule what was broken
   * @param {string} [where] component instance and function, if known yet
   * @param {unknown} [cause]
   */
  constructor(rule, where, cause) {
    super(where ? `${rule} (${where})` : rule);
    /** What was broken, without the place. */
    this.rule = rule;
    /** Component instance and function; empty until the trap leaves the function it happened in. */
    this.where = where ?? '';
    if (cause !== undefined) this.cause = cause;
  }

  get name() {
    return 'Trap';
  }
}

/**
 * A JavaScript value does not fit its WIT type. Users see a `TypeError` whose message begins with the place.
 *
 * @internal
 */
export class Mismatch extends TypeError {
  /**
   * @param {string} expected
   * @param {unknown} got
   */
  constructor(expected, got) {
    super(`expected ${expected}, got ${describe(got)}`);
  }

  /**
   * An error with the place put in front of its message, if it is a mismatch.
   *
   * @template T
   * @param {string} where
   * @param {T} error
   */
  static in(where, error) {
    if (error instanceof Mismatch) {
      const { message } = error;
      error.message = `${where}: ${message}`;
    }
    return error;
  }
}

/**
 * A short description of a value for messages. Never runs code of the value, which may be hostile or broken.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function describe(value) {
  const type = typeof value;
  if (type === 'string') return JSON.stringify(value).slice(0, 50);
  if (type === 'function') return 'a function';
  return type === 'object' && value ? 'an object' : String(value);
}

/**
 * Whether a value can have members.
 *
 * @param {any} value
 * @returns {value is object}
 */
export function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * Engines are slow at asking values of many kinds for the same member, so only objects are asked.
 *
 * @param {any} value
 * @returns {value is Promise<any>}
 */
export function isPromise(value) {
  return isObject(value) && typeof /** @type {any} */ (value).then === 'function';
}
