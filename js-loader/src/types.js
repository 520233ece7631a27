/** What types are made of. */

/**
 * The types that a type is made of.
 *
 * @param {import('./plan-format.js').TypeKind} type
 * @returns {number[]}
 */
export function childTypes(type) {
  switch (type.kind) {
    case 'list':
    case 'fixedList':
      return [type.element];
    case 'map':
      return [type.key, type.value];
    case 'record':
      return type.fields.map((field) => field.type);
    case 'tuple':
      return type.types;
    case 'variant':
      return type.cases.flatMap((item) => item.type ?? []);
    case 'option':
      return [type.some];
    case 'result':
      return [type.ok, type.err].flatMap((child) => child ?? []);
    default:
      return [];
  }
}
