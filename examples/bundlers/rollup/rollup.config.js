// Rollup itself leaves `new URL(..., import.meta.url)` alone; this plugin copies and renames what it points to.

import { nodeResolve } from '@rollup/plugin-node-resolve';
import { importMetaAssets } from '@web/rollup-plugin-import-meta-assets';

export default {
  input: 'main.js',
  output: { dir: 'rollup/dist' },
  plugins: [nodeResolve({ browser: true }), importMetaAssets()],
};
