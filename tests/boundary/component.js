/**
 * Draws components whose functions give back one of their arguments, through two components and the host:
 *
 *     host -> outer -> adapter -> inner -> host
 *
 * Outer and inner have canonical options of their own. Outer also keeps a list of values (`put`), spoils bytes of its memory
 * (`poke`) and gives the list back (`get`), so that the host meets what no well-made guest would send.
 */
import { Guest, typeText } from './guest.js';
import { Types } from './types.js';

/**
 * @param {import('../scheduler/random.js').Random} random
 * @param {number} count of functions
 */
export function drawComponent(random, count) {
  const types = new Types(random);
  const hasAsync = random.below(2) === 0;
  /** @type {import('./guest.js').Signature[]} */
  const signatures = Array.from({ length: count }, () => {
    const params = Array.from({ length: 1 + random.below(4) }, () => types.draw(3));
    return { params, echoed: random.below(params.length), isAsync: hasAsync && random.below(3) > 0 };
  });
  const [inner, outer] = [new Guest(random, signatures), new Guest(random, signatures)];
  const functions = signatures.map((signature, i) => {
    return { ...signature, callsHost: inner.functions[i].calls && outer.functions[i].calls };
  });
  return { functions, source: componentText(types, signatures, inner, outer) };
}

/**
 * @param {Types} types
 * @param {import('./guest.js').Signature[]} signatures
 * @param {Guest} inner
 * @param {Guest} outer
 */
function componentText(types, signatures, inner, outer) {
  const imports = `${types.imports}
  ${signatures.map((signature, i) => `(import "f${i}" (func $f${i} ${typeText(signature)}))`).join('\n  ')}`;
  const given = (/** @type {(i: number) => string} */ from) => signatures.map((_, i) => `(with "f${i}" (func ${from(i)}))`).join(' ');
  const exported = ['poke', ...signatures.flatMap((_, i) => [`f${i}`, `put${i}`, `get${i}`])];
  return `(component
  ${imports}
  (component $inner
  ${imports}
  ${inner.coreModules}
  ${inner.lifts}
  )
  (component $outer
  ${imports}
  ${outer.coreModules}
  ${outer.lifts}
  ${outer.keepers}
  )
  (instance $inner (instantiate $inner ${types.arguments} ${given((i) => `$f${i}`)}))
  (instance $outer (instantiate $outer ${types.arguments} ${given((i) => `$inner "f${i}"`)}))
  ${exported.map((name) => `(export "${name}" (func $outer "${name}"))`).join('\n  ')}
)`;
}
