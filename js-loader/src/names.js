/**
 * Names: from WIT to JavaScript, and from what a component asks for to what a host offers.
 */

/**
 * `get-http-body` -> `getHttpBody`. Words in capitals (`HTTP`) become ordinary ones first.
 *
 * @param {string} name in kebab case
 */
export function camelCase(name) {
  const pascal = pascalCase(name);
  return pascal[0].toLowerCase() + pascal.slice(1);
}

/**
 * `input-stream` -> `InputStream`.
 *
 * @param {string} name in kebab case
 */
export function pascalCase(name) {
  return name.replace(/-|[^-]+/g, (word) => (word === '-' ? '' : word[0].toUpperCase() + word.slice(1).toLowerCase()));
}

/**
 * Last part of an interface's name without version: `wasi:io/streams@0.2.0` -> `streams`.
 *
 * @param {string} name
 */
export function interfacePart(name) {
  return name.replace(/.*\/|@.*/g, '');
}

/**
 * A function's name taken apart: `[method]counter.add` -> `{ role: 'method', resource: 'counter', name: 'add' }`.
 *
 * @param {string} name
 * @returns {{ role: string, resource: string, name: string }} a role of `func`, `constructor`, `method` or `static`
 */
export function parseFunctionName(name) {
  const [, role, resource, member] = /^\[(\w+)\]([^.]+)\.?(.*)/.exec(name) ?? ['', 'func', '', name];
  return { role, resource, name: member };
}

/**
 * What versions of a name that may stand in for one another have in common: `a:b/c@1.2.3` -> `a:b/c@1`, `0.2.3` -> `0.2`,
 * `0.0.3` -> `0.0.3`. A pre-release stands only for itself.
 *
 * @param {string} name
 */
export function semverTrack(name) {
  return name.replace(/@((0\.){0,2}\d+)[^-]*$/, '@$1');
}

/**
 * The key under which a host offers the interface `name`: the exact name, else the newest version in the same
 * semver track, else the name without version.
 *
 * @param {string} name
 * @param {string[]} offered
 * @returns {string | undefined}
 */
export function matchInterface(name, offered) {
  if (offered.includes(name)) return name;
  const compatible = offered.filter((key) => semverTrack(key) === semverTrack(name));
  compatible.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const [plain] = name.split('@');
  return compatible.pop() ?? offered.find((key) => key === plain);
}
