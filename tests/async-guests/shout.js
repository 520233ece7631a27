// `node shout.js PLAN`: runs the command `shout` with the unmodified preview2-shim and preview3-shim.

import { pathToFileURL } from 'node:url';
import { instantiate } from '../../js-loader/src/node.js';
import { wasiImports } from './wasi.js';

const { exports } = await instantiate(pathToFileURL(process.argv[2]), { imports: wasiImports() });
await exports['wasi:cli/run@0.3.0'].run();
// The shim writes in a worker, which would keep this running.
process.exit();
