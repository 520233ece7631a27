// The guest-to-guest table: loads every column of every case, checks that all compute the same, and measures them.

import { CASES } from './cases.js';
import { loadCall } from './columns.js';
import { measure } from './measure.js';
import { encode } from './text.js';

/** The columns of the table, in its order. */
export const COLUMNS = ['hand', 'corefuse', 'merged', 'jco', 'jcoMultiMemory'];

/**
 * @param {import('./columns.js').Files} files
 * @param {string[]} names of the rows to measure
 * @param {Record<string, Record<string, string>>} missing by component and column: why it was not built
 * @param {{rounds: number, sample: number, onRound?: (round: number) => void}} options
 * @returns {Promise<{name: string, limit: number, lead: number, times: Record<string, number>, missing: Record<string, string>}[]>} nanoseconds a
 *   call, and for columns that have none the reason
 */
export async function measureCalls(files, names, missing, options) {
  const rows = [];
  const entries = [];
  for (const item of CASES) {
    if (!names.includes(item.name)) continue;
    const row = { name: item.name, limit: item.limit, lead: item.lead, times: {}, missing: { ...missing[item.id] } };
    rows.push(row);
    let expected;
    for (const column of COLUMNS) {
      if (row.missing[column]) continue;
      try {
        const exports = await loadCall(files, item, column);
        prepare(exports, item);
        const sum = exports.run(3) >>> 0;
        expected ??= sum;
        if (sum !== expected) throw new Error(`computes ${sum} instead of ${expected}`);
        entries.push({ row, column, run: exports.run });
      } catch (error) {
        row.missing[column] = String(error.payload ?? error.message ?? error).split('\n')[0];
      }
    }
  }
  measure(entries, options);
  for (const { row, column, perCall } of entries) row.times[column] = perCall;
  return rows;
}

/** Gives the caller what it will pass. */
function prepare(exports, { text, encodings }) {
  exports.prepare?.();
  if (!text) return;
  const { bytes, length } = encode(text.kind, text.size, encodings.caller);
  const padded = new Uint8Array((bytes.length + 3) & ~3);
  padded.set(bytes);
  const words = new Uint32Array(padded.buffer);
  words.forEach((word, i) => exports.poke(i * 4, word));
  exports.size(length);
}
