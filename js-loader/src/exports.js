/** Makes the exported items of a replayed component: functions, classes with their members, and what passes through. */
import { camelCase, parseFunctionName, pascalCase } from './names.js';
import { guestClass, resourceOf } from './resources.js';
import { Context } from './memory.js';
import { coreItem } from './replay.js';
import { liftFunction } from './lift.js';

/** @typedef {import('./instance.js').Item} Item */
/** @typedef {import('./instance.js').Items} Items */
/** @typedef {import('./plan-format.js').Export} Export */
/** @typedef {import('./root.js').Root} Root */

/**
 * @param {Root} root
 * @returns {Items}
 */
export function exportedItems(root) {
  const { exports } = root.plan;
  /** @type {Items} */
  const top = new Map();
  const made = exports.map((item, i) => exportedItem(root, item, i));
  /** @param {Export} item */
  const scopeOf = ({ parent }) => (parent === null ? top : /** @type {Items} */ (made[parent].items));
  exports.forEach((item, i) => scopeOf(item).set(item.name, made[i]));
  exports.forEach((item, i) => {
    if (item.kind === 'func') addToClass(item.name, made[i], scopeOf(item));
  });
  return top;
}

/**
 * @param {Root} root
 * @param {Export} item
 * @param {number} index of it
 * @returns {Item}
 */
function exportedItem(root, item, index) {
  const { plan, compiled } = root;
  switch (item.kind) {
    case 'func':
      return { kind: 'func', value: exportedFunction(root, item, index) };
    case 'module':
      return { kind: 'module', value: compiled.modules[item.module] };
    case 'resource': {
      const type = plan.resources[item.resource];
      if (type.kind === 'imported') return importedItem(root, type.import);
      const resource = resourceOf(root, item.resource);
      return { kind: 'resource', value: named(guestClass(resource), pascalCase(item.name)), resource };
    }
    case 'import':
      return importedItem(root, item.import);
    default:
      return { kind: item.kind, value: undefined, items: new Map() };
  }
}

/**
 * What the host supplied, as it is.
 *
 * @param {Root} root
 * @param {number} index of an import
 * @returns {Item}
 */
function importedItem(root, index) {
  const all = root.plan.imports;
  /** @type {Items} */
  const items = new Map();
  all.forEach(({ parent, name }, i) => void (parent === index && items.set(name, importedItem(root, i))));
  return { kind: all[index].kind, value: root.imports.get(index, 0), items };
}

/**
 * @param {Root} root
 * @param {Export & { kind: 'func' }} item
 * @param {number} index of it
 */
function exportedFunction(root, item, index) {
  const { plan, compiled } = root;
  const options = plan.options[item.options];
  const name = item.parent === null ? item.name : `${plan.exports[item.parent].name}#${item.name}`;
  const cx = new Context(root, item.function, options, coreItem(root, item.callee), (path) => `export ${name} of ${path}`);
  return named((root.async?.lift(cx, item) ?? compiled.options.bindings?.lifts[index] ?? liftFunction)(cx, item), camelCase(item.name));
}

/**
 * Makes a function a member of the class that its name says. A class that the host supplied is not ours to change.
 *
 * @param {string} functionName
 * @param {Item} item
 * @param {Items} scope
 */
function addToClass(functionName, item, scope) {
  const { role, resource: resourceName, name } = parseFunctionName(functionName);
  // Other functions name no resource.
  const resource = scope.get(resourceName)?.resource;
  if (!resource) return;
  const owner = guestClass(resource);
  if (role === 'constructor') {
    resource.create = item.value;
    item.value = (/** @type {any[]} */ ...args) => new owner(...args);
  } else if (role === 'static') define(owner, camelCase(name), item.value);
  else define(owner.prototype, camelCase(name), methodOf(item.value));
}

/**
 * @param {(...args: any[]) => any} value a function whose first parameter is the object
 */
function methodOf(value) {
  return /** @this {any} */ function (/** @type {any[]} */ ...args) {
    return value(this, ...args);
  };
}

/**
 * @template {Function} T
 * @param {T} value
 * @param {string} name
 * @returns {T}
 */
function named(value, name) {
  return define(value, 'name', name);
}

/**
 * A static function called `prototype` is only there for `getFunc`: no class can have such a member.
 *
 * @template {object} T
 * @param {T} target
 * @param {string} name
 * @param {unknown} value
 * @returns {T}
 */
function define(target, name, value) {
  Reflect.defineProperty(target, name, { configurable: true, writable: true, value });
  return target;
}
