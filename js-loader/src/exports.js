/** Makes the exported items of a replayed component: functions, classes with their members, and what passes through. */
import { parseFunctionName, camelCase, pascalCase } from './names.js';
import { Context } from './memory.js';
import { guestClass } from './resources.js';
import { liftFunction } from './lift.js';

/** @typedef {import('./instance.js').Item} Item */
/** @typedef {import('./instance.js').Items} Items */
/** @typedef {import('./plan-format.js').Export} Export */
/** @typedef {import('./replay.js').Replay} Replay */

/**
 * @param {Replay} replay
 * @returns {Items}
 */
export function exportedItems(replay) {
  const { exports } = replay.plan;
  /** @type {Items} */
  const top = new Map();
  /** @type {Item[]} */
  const made = [];
  /** @param {Export} item */
  const scopeOf = ({ parent }) => (parent === null ? top : /** @type {Items} */ (made[parent].items));
  exports.forEach((item, i) => {
    made[i] = exportedItem(replay, item);
    scopeOf(item).set(item.name, made[i]);
  });
  exports.forEach((item, i) => {
    if (item.kind === 'func') addToClass(replay, item.name, made[i].value, scopeOf(item));
  });
  return top;
}

/**
 * @param {Replay} replay
 * @param {Export} item
 * @returns {Item}
 */
function exportedItem(replay, item) {
  const { plan, compiled, root } = replay;
  switch (item.kind) {
    case 'func':
      return { kind: 'func', value: exportedFunction(replay, item) };
    case 'module':
      return { kind: 'module', value: compiled.modules[item.module] };
    case 'resource': {
      const resource = plan.resources[item.resource];
      if (resource.kind === 'imported') return importedItem(replay, resource.import);
      const value = guestClass(root, item.resource);
      Object.defineProperty(value, 'name', { value: pascalCase(item.name) });
      return { kind: 'resource', value };
    }
    case 'import':
      return importedItem(replay, item.import);
    case 'instance':
      return { kind: 'instance', value: undefined, items: new Map() };
    case 'type':
      return { kind: 'type', value: undefined };
  }
}

/**
 * What the host supplied, as it is.
 *
 * @param {Replay} replay
 * @param {number} index of an import
 * @returns {Item}
 */
export function importedItem(replay, index) {
  const { plan, imports } = replay;
  const { kind } = plan.imports[index];
  const value = imports.get(index, 0);
  if (kind !== 'instance') return { kind, value };
  /** @type {Items} */
  const items = new Map();
  plan.imports.forEach((child, i) => {
    if (child.parent === index) items.set(child.name, importedItem(replay, i));
  });
  return { kind, value, items };
}

/**
 * @param {Replay} replay
 * @param {Export & { kind: 'func' }} item
 */
function exportedFunction(replay, item) {
  const { plan, compiled, root } = replay;
  const options = plan.options[item.options];
  const signature = compiled.signature(item.function, options.pointer);
  const path = plan.instances[options.instance].path;
  const name = item.parent === null ? item.name : `${plan.exports[item.parent].name}#${item.name}`;
  const cx = new Context(root, signature, options, () => `export ${name} of ${path}`);
  const needsScope = signature.borrows.some((resource) => {
    const type = plan.resources[resource];
    return type.kind === 'imported' || type.instance !== options.instance;
  });
  const value = liftFunction(cx, replay.core(item.callee), root.postReturns[options.postReturn ?? -1], needsScope);
  Object.defineProperty(value, 'name', { value: camelCase(item.name) });
  return value;
}

/**
 * Makes a function a member of the class that its name says.
 *
 * @param {Replay} replay
 * @param {string} functionName
 * @param {(...args: any[]) => any} value
 * @param {Items} scope
 */
function addToClass({ root }, functionName, value, scope) {
  const { role, resource, name } = parseFunctionName(functionName);
  const resourceClass = role === 'func' ? undefined : scope.get(resource)?.value;
  const index = root.classes.indexOf(resourceClass);
  // A class that the host supplied is not ours to change.
  if (index < 0) return;
  const member = camelCase(name);
  /**
   * @param {object} target
   * @param {Function} method
   */
  const define = (target, method) => Object.defineProperty(target, member, { value: method, writable: true, configurable: true });
  if (role === 'constructor') root.constructors[index] = value;
  else if (role === 'static') define(resourceClass, value);
  else define(resourceClass.prototype, methodOf(value));
}

/**
 * @param {(...args: any[]) => any} value a function whose first parameter is the object
 */
function methodOf(value) {
  return /** @this {any} */ function (/** @type {any[]} */ ...args) {
    return value(this, ...args);
  };
}
