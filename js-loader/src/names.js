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
 * `a:b/c@1.2.3` -> `['a:b/c', '1.2.3']`; the version is empty where there is none.
 *
 * @param {string} name
 * @returns {[string, string]}
 */
export function splitVersion(name) {
  const [plain, version = ''] = name.split('@');
  return [plain, version];
}

/**
 * The versions that may stand in for one another: `1.2.3` -> `1`, `0.2.3` -> `0.2`, `0.0.3` -> `0.0.3`. A
 * pre-release stands only for itself.
 *
 * @param {string} version
 */
export function semverTrack(version) {
  return version.includes('-') ? version : (/^(0\.){0,2}\d+/.exec(version)?.[0] ?? '');
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
  const [plain, version] = splitVersion(name);
  const compatible = offered.filter((key) => {
    const [offeredPlain, offeredVersion] = splitVersion(key);
    return offeredPlain === plain && offeredVersion && semverTrack(offeredVersion) === semverTrack(version);
  });
  compatible.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return compatible.pop() ?? offered.find((key) => key === plain);
}
