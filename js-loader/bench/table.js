// Prints results as tables of aligned columns.

/**
 * @param {string} title
 * @param {string[]} heads
 * @param {string[][]} rows the first column is aligned left, the others right
 * @param {string[]} notes printed below
 */
export function print(title, heads, rows, notes = []) {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const line = (cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ').trimEnd();
  console.log(`\n${title}\n`);
  console.log(line(heads));
  console.log(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rows) console.log(line(row));
  for (const note of notes) console.log(note);
}

/** A time given in nanoseconds, with three digits. */
export function duration(ns) {
  if (ns === undefined) return '-';
  const [value, unit] = ns < 1000 ? [ns, 'ns'] : ns < 1e6 ? [ns / 1000, 'us'] : [ns / 1e6, 'ms'];
  return `${digits(value)} ${unit}`;
}

/** A ratio such as `1.23x`. */
export function ratio(value) {
  return Number.isFinite(value) ? `${digits(value)}x` : '-';
}

function digits(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
