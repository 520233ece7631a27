// `node shout.js PLAN`, or `node shout.js MODULE` for one that `corefuse build --esm` wrote: runs the command `shout` with
// the unmodified preview2-shim and preview3-shim.

import { pathToFileURL } from 'node:url';
import './bundles.js';
import { instantiate } from '../../js-loader/src/node.js';
import { wasiImports } from './wasi.js';

const url = pathToFileURL(process.argv[2]);
const exports = url.href.endsWith('.js') ? await import(url.href) : (await instantiate(url, { imports: wasiImports() })).exports;
await exports['wasi:cli/run@0.3.0'].run();
// The shim writes in a worker, which would keep this running.
process.exit();
