// Serves this repository's files to a browser on this machine: `node serve.js PAGE`, with a page of the examples.

import { fileURLToPath } from 'node:url';
import { serve } from '../tests/browser/server.js';

const [page] = process.argv.slice(2);
const { origin } = await serve({ repository: fileURLToPath(new URL('..', import.meta.url)) });
console.log(`Open ${origin}/repository/examples/${page} (Ctrl-C ends this)`);
