// One row of one column, in a process of its own: what hangs or never ends can be ended. Prints nanoseconds each as JSON.
// Arguments: row, column, samples.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { measureColumn } from './async-measure.js';
import { BUILD } from './build.js';

const [index, column, samples] = process.argv.slice(2);
const files = {
  read: (path) => readFile(join(BUILD, path)),
  load: (path) => import(pathToFileURL(BUILD) + `/${path}`),
  loader: () => import('../src/node.js'),
  platform: 'node',
};
console.log(JSON.stringify(await measureColumn(files, Number(index), column, Number(samples))));
process.exit(0);
