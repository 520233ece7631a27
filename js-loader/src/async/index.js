/**
 * The async part of the loader: tasks, threads, streams and futures. Loaded by itself for plans that need it; for
 * `compileSync` import it before.
 */
import { KINDS, OPTIONS } from '../check.js';
import { CODECS } from '../codec.js';
import { asyncPart } from '../root.js';
import { AsyncPart, TRAMPOLINES } from './part.js';
import { ASYNC_CODECS } from './values.js';

export { ErrorContext } from './error-contexts.js';
export { FutureReader } from './futures.js';
export { StreamReader } from './streams.js';

/** What plans may have beyond those of components without async. */
const MORE = {
  'options async': 'true',
  'functions async': 'true',
  'trampolines op': Object.keys(TRAMPOLINES).join(' '),
  'initializers op': 'callback table',
};

if (!asyncPart.attach) {
  for (const [field, kinds] of Object.entries(MORE)) {
    const line = KINDS.findIndex((known) => known.startsWith(field));
    KINDS[line] += ` ${kinds}`;
  }
  OPTIONS.push('callback');
  Object.assign(CODECS, ASYNC_CODECS);
  asyncPart.attach = (root) => {
    return root.plan.version[1] > 0 ? new AsyncPart(root, root.compiled.options) : undefined;
  };
}
