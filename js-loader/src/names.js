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
  return pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
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
  const plain = splitVersion(name)[0];
  return plain.slice(plain.lastIndexOf('/') + 1);
}

/**
 * A function's name taken apart: `[method]counter.add` -> `{ role: 'method', resource: 'counter', name: 'add' }`.
 *
 * @param {string} name
 * @returns {{ role: 'func' | 'constructor' | 'method' | 'static', resource: string, name: string }}
 */
export function parseFunctionName(name) {
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(name);
  if (!match) return { role: 'func', resource: '', name };
  return { role: /** @type {'constructor' | 'method' | 'static'} */ (match[1]), resource: match[2], name: match[3] ?? '' };
}

/**
 * `a:b/c@1.2.3` -> `['a:b/c', '1.2.3']`; the version is empty where there is none.
 *
 * @param {string} name
 * @returns {[string, string]}
 */
export function splitVersion(name) {
  const at = name.indexOf('@');
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
}

/**
 * The versions that may stand in for one another: `1.2.3` -> `1`, `0.2.3` -> `0.2`, `0.0.3` -> `0.0.3`. A
 * pre-release stands only for itself.
 *
 * @param {string} version
 */
export function semverTrack(version) {
  const match = /^(\d+)\.(\d+)\.(\d+)(-.*)?/.exec(version);
  if (!match || match[4]) return version;
  const [, major, minor] = match;
  if (major !== '0') return major;
  return minor !== '0' ? `0.${minor}` : version;
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
  const track = semverTrack(version);
  const compatible = offered.filter((key) => {
    const [offeredPlain, offeredVersion] = splitVersion(key);
    return version && offeredPlain === plain && (offeredVersion === track || semverTrack(offeredVersion) === track);
  });
  compatible.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return compatible.pop() ?? (offered.includes(plain) ? plain : undefined);
}
