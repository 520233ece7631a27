// Results as tables. A `!` marks a row that misses its target.

import { duration, print, ratio } from './table.js';

/** @param {Awaited<ReturnType<typeof import('./calls.js').measureCalls>>} rows */
export function reportCalls(where, rows) {
  const cells = rows.map(({ name, limit, lead, times }) => {
    const { hand, corefuse, merged, jco, jcoMultiMemory } = times;
    const best = Math.min(jco ?? Infinity, jcoMultiMemory ?? Infinity);
    return [
      name,
      duration(hand),
      duration(corefuse),
      mark(ratio(corefuse / hand), corefuse / hand > limit),
      ratio(merged / hand),
      duration(jco),
      duration(jcoMultiMemory),
      mark(ratio(best / corefuse), best / corefuse < lead),
    ];
  });
  print(
    `Calls between guests, ${where}`,
    ['call', 'by hand', 'corefuse', '/ hand', 'one module / hand', 'jco', 'jco m-m', 'best jco / corefuse'],
    cells,
    [
      'by hand: a multi-memory adapter written for the case. One module: that and the guests merged.',
      'jco m-m: jco --multi-memory. Targets: 1.3x by hand for scalars, else 1.5x; 50x faster than jco, at 64 KiB 1x.',
      ...reasons(rows),
    ],
  );
}

/** @param {Awaited<ReturnType<typeof import('./host.js').measureHost>>} rows */
export function reportHost(where, rows) {
  const cells = rows.map(({ name, times: { hand, corefuse, jco } }) => {
    const isAdd = name === 'host -> guest: add(u32, u32)';
    return [
      name,
      duration(hand),
      duration(corefuse),
      mark(ratio(corefuse / hand), isAdd && corefuse / hand > 15),
      duration(jco),
      mark(ratio(jco / corefuse), isAdd && jco / corefuse < 30),
    ];
  });
  print(
    `Calls between host and guest, ${where}`,
    ['call', 'by hand', 'corefuse', '/ hand', 'jco', 'jco / corefuse'],
    cells,
    [
      'by hand: JS written for these types, or the raw export where there is nothing to do. corefuse: the generic path.',
      'Targets for add: 15x by hand, 30x faster than jco.',
      ...reasons(rows),
    ],
  );
}

/** @param {import('./startup.js').Startup[]} rows */
export function reportStartup(where, rows) {
  const milliseconds = (value) => duration(value * 1e6);
  print(
    `From bytes in memory to the first result, ${where}`,
    ['adapters', 'compile alone', 'corefuse', '/ compile', 'second instance', 'jco', 'jco / corefuse'],
    rows.map(({ count, floor, corefuse, again, jco }) => [
      String(count),
      milliseconds(floor),
      milliseconds(corefuse),
      ratio(corefuse / floor),
      milliseconds(again),
      milliseconds(jco),
      ratio(jco / corefuse),
    ]),
    ['compile alone: WebAssembly.compile of all modules of the corefuse column, at once.'],
  );
}

/**
 * @param {{name: string, functions: number, sizes: Awaited<ReturnType<typeof import('./size.js').bundleSizes>>}[]} rows
 */
export function reportBundles(rows) {
  print(
    'Bytes beside the guests',
    ['component', 'adapters', 'a function', 'runtime', 'plan', 'jco adapters', 'jco script'],
    rows.map(({ name, functions, sizes }) => [
      name,
      bytes(sizes.adapters),
      bytes(Math.round(sizes.adapters / functions)),
      bytes(sizes.runtime),
      bytes(sizes.plan),
      bytes(sizes.jcoAdapters),
      bytes(sizes.jcoScript),
    ]),
  );
}

/** @param {{name: string, size: {minified: number, gzipped: number}, limit?: number}[]} rows */
export function reportScripts(rows) {
  print(
    'Scripts',
    ['script', 'minified', 'and gzipped'],
    rows.map(({ name, size, limit = Infinity }) => [
      name,
      bytes(size.minified),
      mark(bytes(size.gzipped), size.gzipped > limit),
    ]),
    ['Target: the loader under 12 KB gzipped.'],
  );
}

function bytes(count) {
  return Number.isNaN(count) ? '-' : String(count);
}

function mark(text, isMiss) {
  return text + (isMiss ? ' !' : '  ');
}

/** One line for each reason why columns are empty. */
function reasons(rows) {
  const found = new Map();
  for (const { name, missing } of rows) {
    for (const [column, reason] of Object.entries(missing)) {
      if (!found.has(reason)) found.set(reason, { columns: new Set(), names: new Set() });
      found.get(reason).columns.add(column);
      found.get(reason).names.add(name);
    }
  }
  return [...found].map(([reason, { columns, names }]) => {
    const where = names.size < 4 ? [...names].join('; ') : `${names.size} rows`;
    return `no ${[...columns].join(', ')}: ${reason} (${where})`;
  });
}
