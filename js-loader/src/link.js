/**
 * Finds what a plan imports among what the host offers. Only what is used is asked for: an interface of which a
 * component uses nothing but types needs no host at all.
 */
import { LinkError, describe, isObject } from './errors.js';
import { camelCase, matchInterface, parseFunctionName, pascalCase } from './names.js';

/** @typedef {import('./plan-format.js').Import} Import */

export class Imports {
  /**
   * @param {import('./plan-format.js').Plan} plan
   * @param {any} offered
   */
  constructor(plan, offered) {
    this.plan = plan;
    this.offered = offered ?? {};
    /** What was found, by import. @type {any[]} */
    this.found = [];
  }

  /**
   * @param {number} index of an import
   * @param {number} instance that needs it
   * @returns {any}
   * @throws {LinkError}
   */
  get(index, instance) {
    return (this.found[index] ??= this.find(index, instance));
  }

  /**
   * @param {number} index of an import
   * @param {number} instance that needs it
   */
  find(index, instance) {
    const item = this.plan.imports[index];
    const value = item.kind === 'func' ? this.findFunction(item) : this.look(item, item.name);
    const problem = problemWith(item, value);
    if (!problem) return value;
    const user = this.plan.instances[instance].path;
    const offer = value === undefined ? `nothing in [${Object.keys(this.scope(item.parent) ?? this.offered)}]` : describe(value);
    throw new LinkError(`import ${this.fullName(index)}, needed by ${user}: ${problem}, found ${offer}`);
  }

  /**
   * A function, or what calls a member of a resource class.
   *
   * @param {Import} item
   * @returns {any}
   */
  findFunction(item) {
    const { role, resource, name } = parseFunctionName(item.name);
    if (role === 'func') {
      const value = this.look(item, name);
      // An ES module that is one function offers it as its default export.
      return item.parent === null && typeof value === 'object' ? value?.default : value;
    }
    const resourceClass = this.look(item, resource);
    if (typeof resourceClass !== 'function') return undefined;
    if (role === 'constructor') return (/** @type {any[]} */ ...args) => new resourceClass(...args);
    const member = camelCase(name);
    if (role === 'static') {
      if (typeof resourceClass[member] !== 'function') return undefined;
      return (/** @type {any[]} */ ...args) => resourceClass[member](...args);
    }
    if (typeof resourceClass.prototype?.[member] !== 'function') return undefined;
    return (/** @type {any} */ self, /** @type {any[]} */ ...args) => self[member](...args);
  }

  /**
   * @param {Import} item
   * @param {string} name of the item, or of the class that it is a member of
   */
  look(item, name) {
    const scope = this.scope(item.parent);
    if (!isObject(scope)) return undefined;
    if (item.kind === 'instance' && item.parent === null) {
      const keys = Object.keys(scope);
      const key = matchInterface(name, keys) ?? (item.implements && matchInterface(item.implements, keys)) ?? camelCase(name);
      return member(scope, key);
    }
    const isClass = item.kind === 'resource' || name !== item.name;
    return member(scope, isClass ? pascalCase(name) : camelCase(name)) ?? member(scope, name);
  }

  /**
   * What an import is looked for in.
   *
   * @param {number | null} index of an imported instance; `null` for all that the host offers
   * @returns {any}
   */
  scope(index) {
    if (index === null) return this.offered;
    const item = this.plan.imports[index];
    return (this.found[index] ??= this.look(item, item.name));
  }

  /**
   * @param {number} index of an import
   * @returns {string}
   */
  fullName(index) {
    const { name, parent } = this.plan.imports[index];
    return parent === null ? name : `${this.fullName(parent)}#${name}`;
  }
}

/**
 * What is wrong with a value for an import, if anything is.
 *
 * @param {Import} item
 * @param {any} value
 * @returns {string | false | undefined}
 */
function problemWith(item, value) {
  if (item.kind === 'func') return typeof value !== 'function' && 'expected a function';
  if (item.kind === 'instance') return !isObject(value) && 'expected an object';
  if (item.kind !== 'module') return undefined;
  if (!(value instanceof WebAssembly.Module)) return 'expected a WebAssembly.Module';
  /** @param {string[]} names of which the last is a kind, as JavaScript or the text format calls it */
  const join = (...names) => names.join(' ').replace(/function$/, 'func');
  const allowed = item.imports.map((names) => join(...names));
  const surplus = WebAssembly.Module.imports(value).find(({ module, name, kind }) => !allowed.includes(join(module, name, kind)));
  const exported = WebAssembly.Module.exports(value).map(({ name, kind }) => join(name, kind));
  const missing = item.exports.find((names) => !exported.includes(join(...names)));
  if (surplus) return `expected a module without the import ${surplus.module} ${surplus.name}`;
  return missing && `expected a module with the export ${join(...missing)}`;
}

/**
 * A member that was put there on purpose: `toString` of every object is none.
 *
 * @param {any} object
 * @param {string} name
 */
function member(object, name) {
  const value = object[name];
  return value === /** @type {any} */ (Object.prototype)[name] ? undefined : value;
}
