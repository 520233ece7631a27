// npm run bench [-- words] [--long] [--chromium | --no-node]
//
// Prints one table per topic. Words keep the rows whose names contain them all, `startup` and `size` being the names
// of those topics; `async [words]` is a table of its own. `--long` takes more and longer samples; `--chromium` measures in Chromium too, `--no-node` only.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { NODE, reportAsync, withChromium } from './async.js';
import { BUILD, Builder } from './build.js';
import { CASES } from './cases.js';
import { measureInChromium } from './chromium.js';
import { PRODUCTS } from './products.js';
import { reportBundles, reportCalls, reportHost, reportProducts, reportScripts, reportStartup } from './report.js';
import { bindingsSize, bundleSizes, loaderSize, productSizes, scriptSize } from './size.js';
import { COUNTS } from './startup.js';
import { isKept, measureTopics } from './topics.js';

const { values: flags, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean' }, chromium: { type: 'boolean' }, 'no-node': { type: 'boolean' } },
});
const kept = (name) => isKept(words, name);
const cases = CASES.filter((item) => kept(item.name));

const builder = await Builder.start(progress);
if (words[0] === 'async') {
  const missing = await builder.async();
  await builder.stop();
  const options = flags.long ? { rounds: 5, samples: 5 } : { rounds: 1, samples: 3 };
  const report = (place) => reportAsync(place, missing, words.slice(1), options, progress);
  if (!flags['no-node']) await report(NODE);
  if (flags.chromium || flags['no-node']) await withChromium(report);
  process.exit();
}
const request = {
  names: cases.map((item) => item.name),
  words,
  startup: kept('startup'),
  ...(flags.long ? { generations: 12, rounds: 8, sample: 5 } : { generations: 4, rounds: 4, sample: 3 }),
  callsMissing: await builder.calls(cases),
  hostMissing: await builder.host(),
};
if (kept('startup') || kept('size')) await builder.startup();
const productsMissing = kept('size') ? await builder.products() : {};
await builder.stop();

if (!flags['no-node']) {
  const files = {
    read: (path) => readFile(join(BUILD, path)),
    load: (path) => import(pathToFileURL(BUILD) + `/${path}`),
    loader: () => import('../src/node.js'),
    platform: 'node',
  };
  report(`Node ${process.versions.node}`, await measureTopics(files, request, progress));
}
if (flags.chromium || flags['no-node']) {
  const { version, results } = await measureInChromium(request, progress);
  report(`Chromium ${version}`, results);
}
if (kept('size')) await reportSizes();

function report(where, { calls, host, startup }) {
  progress('');
  if (calls.length > 0) reportCalls(where, calls);
  if (host.length > 0) reportHost(where, host);
  if (startup.length > 0) reportStartup(where, startup);
}

async function reportSizes() {
  const ids = new Set(cases.map((item) => item.id));
  const bundles = [
    ...[...ids].map((id) => ({ name: id, folder: `calls/${id}`, functions: id === 'chain' ? 2 : 1 })),
    ...COUNTS.map((count) => ({ name: `${count} x (bool, u8, string)`, folder: `startup/${count}`, functions: count })),
  ];
  const rows = [];
  for (const { name, folder, functions } of bundles) rows.push({ name, functions, sizes: await bundleSizes(folder) });
  reportBundles(rows);
  const products = [];
  for (const product of PRODUCTS) {
    const { id, name } = product;
    products.push({ name, missing: productsMissing[id], ...(await productSizes(product)) });
  }
  reportProducts(products);
  const loader = join(BUILD, '../../src/browser.js');
  reportScripts([
    { name: 'corefuse loader', size: await loaderSize(loader), limit: 12 * 1024 },
    { name: 'corefuse loader, with what bindings call', size: await scriptSize(loader, 'browser') },
    { name: 'bindings, host boundary component', size: await bindingsSize('host') },
    { name: 'bindings, one scalar function', size: await bindingsSize('startup/1') },
    { name: 'jco, host boundary component', size: await scriptSize(join(BUILD, 'host/jco/app.js'), 'node') },
  ]);
}

function progress(what) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}
