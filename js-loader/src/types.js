/** What types are made of. */

/**
 * @param {any} type an entry of the plan's types
 * @returns {number[]}
 */
export function childTypes({ element, key, value, fields, types, cases, some, ok, err }) {
  const named = (fields ?? cases ?? []).map((/** @type {{ type: number | null }} */ item) => item.type);
  return [element, key, value, some, ok, err, ...named, ...(types ?? [])].filter((child) => typeof child === 'number');
}
