// The instance `host` that our own scripts may import: functions and resources whose behaviour is told by their
// names, so that a script can say in one line what its host does. `tests/wast/README.md` lists them.

import { camelCase } from './values.js';

/** What a function does, by the beginning of its name; the first that fits counts. */
const BEHAVIOURS = {
  /** Gives back its argument, or all of them as a tuple. */
  echo:
    () =>
    (...args) =>
      args.length === 1 ? args[0] : args,
  /** Throws an exception that is no component error: a trap. */
  throw: () => () => {
    throw new Error('the host threw');
  },
  /** Fails with its argument as the error of its result. */
  fail: (loader) => (payload) => {
    throw new loader.ComponentError(payload);
  },
  /** Returns something of a type that fits no component type. */
  lie: () => () => Symbol('no value of any component type'),
  /** Does nothing, whatever it is given. */
  ignore: () => () => undefined,
};

/**
 * Builds the instance with the members a plan asks for.
 * @param {any} plan
 * @param {any} loader
 */
export function hostInstance(plan, loader) {
  const root = plan.imports.findIndex((item) => item.parent === null && item.name === 'host');
  const items = plan.imports.filter((item) => item.parent === root);
  const drops = [];
  const classes = new Map();
  const members = {};

  /** A host resource: remembers the number it was made with, and that it was dropped. */
  const resourceClass = () =>
    class {
      constructor(value) {
        this.value = value;
      }
      get() {
        return this.value;
      }
      static make(value) {
        return new this(value);
      }
      [Symbol.dispose]() {
        drops.push(this.value);
      }
    };

  for (const { name, kind } of items) {
    if (kind === 'resource') {
      const made = resourceClass();
      classes.set(name, made);
      members[pascalCase(name)] = made;
    }
  }
  for (const { name, kind } of items) {
    if (kind !== 'func' || name.startsWith('[')) continue;
    if (name === 'drops') members.drops = () => Uint32Array.from(drops.splice(0));
    else {
      const behaviour = Object.keys(BEHAVIOURS).find((word) => name.startsWith(word));
      if (behaviour) members[camelCase(name)] = BEHAVIOURS[behaviour](loader);
    }
  }
  return members;
}

/** @param {string} name */
function pascalCase(name) {
  const camel = camelCase(name);
  return camel[0].toUpperCase() + camel.slice(1);
}
