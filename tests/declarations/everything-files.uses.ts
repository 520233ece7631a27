// What only users of bindings with files beside them may write.
import { compile } from './everything.js';

export const compiled = compile({ modules: { 'everything.core0.wasm': '/assets/x.wasm' } });
