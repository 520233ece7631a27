/**
 * Finds what a plan imports among what the host offers. Only what is used is asked for: an interface of which a
 * component uses nothing but types needs no host at all.
 */
import { LinkError, describe } from './errors.js';
import { camelCase, matchInterface, parseFunctionName, pascalCase } from './names.js';

/** @typedef {import('./plan-format.js').Import} Import */

export class Imports {
  /**
   * @param {import('./plan-format.js').Plan} plan
   * @param {unknown} offered
   */
  constructor(plan, offered) {
    if (offered !== undefined && !isObject(offered)) throw new LinkError(`the imports are ${describe(offered)}, not an object`);
    this.plan = plan;
    this.offered = /** @type {any} */ (offered ?? {});
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
    const where = `import ${this.fullName(index)}, needed by ${this.plan.instances[instance].path}`;
    const value = item.kind === 'func' ? this.findFunction(item) : this.look(item, item.name);
    const [expected, isRight] = {
      func: ['a function', typeof value === 'function'],
      module: ['a WebAssembly.Module', value instanceof WebAssembly.Module],
      instance: ['an object', isObject(value)],
      resource: ['a class', true],
      type: ['anything', true],
    }[item.kind];
    if (!isRight) throw new LinkError(`${where}: expected ${expected}, found ${value === undefined ? 'nothing' : describe(value)}${this.hint(item)}`);
    if (item.kind === 'module') checkModule(item, value, where);
    return value;
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
    const scope = item.parent === null ? this.offered : this.scope(item.parent);
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
   * @param {number} index of an imported instance
   * @returns {unknown}
   */
  scope(index) {
    const item = this.plan.imports[index];
    return (this.found[index] ??= this.look(item, item.name));
  }

  /**
   * What is offered instead, where a whole instance is missing.
   *
   * @param {Import} item
   */
  hint({ parent }) {
    if (parent !== null && isObject(this.scope(parent))) return '';
    return `; the imports offered are: ${Object.keys(this.offered).join(', ') || 'none'}`;
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
 * @param {Import & { kind: 'module' }} item
 * @param {WebAssembly.Module} module
 * @param {string} at
 */
function checkModule(item, module, at) {
  for (const { module: first, name, kind } of WebAssembly.Module.imports(module)) {
    const isAllowed = item.imports.some((allowed) => allowed[0] === first && allowed[1] === name && allowed[2] === kindName(kind));
    if (!isAllowed) throw new LinkError(`${at}: the module imports the ${kind} ${first} ${name}, which its type does not have`);
  }
  const exports = WebAssembly.Module.exports(module);
  for (const [name, kind] of item.exports) {
    if (!exports.some((offered) => offered.name === name && kindName(offered.kind) === kind)) {
      throw new LinkError(`${at}: the module has no export \`${name}\` of kind ${kind}`);
    }
  }
}

/**
 * The text format's word for what JavaScript calls a kind.
 *
 * @param {string} kind
 */
function kindName(kind) {
  return kind === 'function' ? 'func' : kind;
}

/**
 * A member that was put there on purpose: `toString` of every object is none.
 *
 * @param {any} object
 * @param {string} name
 */
function member(object, name) {
  return name in object && object[name] !== /** @type {any} */ (Object.prototype)[name] ? object[name] : undefined;
}

/**
 * @param {any} value
 * @returns {value is any}
 */
function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
