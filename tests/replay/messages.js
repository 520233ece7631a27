// Which trap messages count as the one a script asks for.
//
// A script's message matches as a substring, as in the suites' own runners. The tables below hold the few texts
// that cannot be equal, each with its reason.

/** Prefixes that name the engine the suite was written against, not the rule that was broken. */
const ENGINE_PREFIXES = ['wasm trap: '];

/** Texts of traps that core engines raise by themselves; every engine words them in its own way. */
const ENGINE_TEXTS = [
  { suite: 'wasm `unreachable` instruction executed', ours: 'unreachable', why: "V8's text of the same core trap" },
  { suite: 'integer divide by zero', ours: 'divide by zero', why: "V8's text of the same core trap" },
  { suite: 'call stack exhausted', ours: 'Maximum call stack size exceeded', why: "V8's text of the same core trap" },
  { suite: 'out of bounds memory access', ours: 'memory access out of bounds', why: "V8's text of the same core trap" },
  { suite: 'undefined element', ours: 'table index is out of bounds', why: "V8's text of the same core trap" },
];

/**
 * Whether `actual`, the message of a trap, is what a script asks for.
 * @param {string} actual
 * @param {string} expected
 */
export function matches(actual, expected) {
  let wanted = expected;
  for (const prefix of ENGINE_PREFIXES) {
    if (wanted.startsWith(prefix)) wanted = wanted.slice(prefix.length);
  }
  if (actual.includes(wanted)) return true;
  return ENGINE_TEXTS.some(({ suite, ours }) => wanted.includes(suite) && actual.includes(ours));
}
