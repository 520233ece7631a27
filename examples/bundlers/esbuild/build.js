// esbuild leaves `new URL(..., import.meta.url)` alone, so the component's files are copied beside what it writes.

import { build } from 'esbuild';
import { cp } from 'node:fs/promises';

await build({ entryPoints: ['main.js'], bundle: true, minify: true, format: 'esm', outdir: 'esbuild/dist' });
await cp('component', 'esbuild/dist', { recursive: true, filter: (file) => !/\.(js|ts)$/.test(file) });
