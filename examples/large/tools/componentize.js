// `node componentize.js GUEST WIT OUTPUT`, in a folder where componentize-js is installed.

import { componentize } from '@bytecodealliance/componentize-js';
import { readFile, writeFile } from 'node:fs/promises';

const [guest, witPath, output] = process.argv.slice(2);
const { component } = await componentize(await readFile(guest, 'utf8'), { witPath, sourceName: 'guest.js' });
await writeFile(output, component);
console.log(`${output}: ${component.length} bytes`);
