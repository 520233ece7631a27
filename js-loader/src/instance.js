/**
 * What a component exports, in two forms: by component-model names, exactly, and in the shape that users of
 * JavaScript bindings expect (`exports`: camel case, classes for resources, interfaces under their names).
 */
import { camelCase, interfacePart, parseFunctionName, pascalCase } from './names.js';

/**
 * An exported item.
 *
 * @typedef {object} Item
 * @property {'func' | 'module' | 'resource' | 'instance' | 'type'} kind
 * @property {any} value function, module or class; of an instance that is the host's own, its object
 * @property {Items} [items] members of an instance
 * @property {import('./resources.js').ResourceState} [resource] what a component's class stands for
 * @property {Instance} [instance] the instance, once somebody asked for it
 *
 * @typedef {Map<string, Item>} Items by name in the component model
 */

/** Exports of an instantiated component, or of an instance that it exports. */
export class Instance {
  /** @type {Items} */
  #items;

  /**
   * @param {Items} items
   * @param {import('./async/part.js').AsyncPart} [async] which knows how to end the instance
   */
  constructor(items, async) {
    this.#items = items;
    /** The exports under the names that JavaScript users expect. @type {Record<string, any>} */
    this.exports = shape(items);
    async?.attach(this);
  }

  /**
   * An exported function by its exact names, such as `getFunc('ns:pkg/iface@1.0.0', '[method]counter.add')`.
   *
   * @param {...string} path
   * @returns {((...args: any[]) => any) | undefined}
   */
  getFunc(...path) {
    return this.#find('func', path)?.value;
  }

  /**
   * @param {...string} path
   * @returns {WebAssembly.Module | undefined}
   */
  getModule(...path) {
    return this.#find('module', path)?.value;
  }

  /**
   * The class of an exported resource.
   *
   * @param {...string} path
   * @returns {(new (...args: any[]) => any) | undefined}
   */
  getResource(...path) {
    return this.#find('resource', path)?.value;
  }

  /**
   * @param {...string} path
   * @returns {Instance | undefined}
   */
  getInstance(...path) {
    const item = this.#find('instance', path);
    return item && (item.instance ??= new Instance(/** @type {Items} */ (item.items)));
  }

  /**
   * @param {Item['kind']} kind
   * @param {string[]} path
   */
  #find(kind, path) {
    /** @type {Item | undefined} */
    let item = { kind: 'instance', value: undefined, items: this.#items };
    for (const name of path) item = item?.items?.get(name);
    return item?.kind === kind ? item : undefined;
  }
}

/**
 * @param {Items} items
 * @returns {Record<string, any>}
 */
function shape(items) {
  /** @type {Record<string, any>} */
  const object = {};
  /** Short names of interfaces; null where two interfaces have the same. @type {Map<string, any>} */
  const aliases = new Map();
  for (const [name, item] of items) {
    if (item.kind === 'func' && parseFunctionName(name).role === 'func') object[camelCase(name)] = item.value;
    else if (item.kind === 'resource') object[pascalCase(name)] = item.value;
    else if (item.kind === 'instance') {
      const members = item.value ?? shape(/** @type {Items} */ (item.items));
      object[name] = members;
      const alias = camelCase(interfacePart(name));
      aliases.set(alias, aliases.has(alias) ? null : members);
    }
  }
  for (const [alias, members] of aliases) if (members && !Object.hasOwn(object, alias)) object[alias] = members;
  return object;
}
