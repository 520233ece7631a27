/**
 * Runs drawn components, and prints what became of them.
 *
 * Usage: node run.js [--cases N] [--seed N]
 * A difference is printed with its seed and the component; `--cases 1 --seed SEED` repeats it.
 */
import { parseArgs } from 'node:util';
import { counts, runCase } from './case.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: process.env.COREFUSE_CASES ?? '100' },
    seed: { type: 'string', default: process.env.COREFUSE_SEED ?? '1' },
  },
});
const [cases, first] = [values.cases, values.seed].map(Number);
if (!(cases > 0 && Number.isInteger(first))) throw new Error('--cases and --seed are numbers');

let differences = 0;
for (let seed = first; seed < first + cases && differences < 5; seed++) {
  try {
    await runCase(seed);
  } catch (error) {
    console.error(`seed ${seed}: ${error.stack}`);
    differences++;
  }
}
const { calls, refusals, traps, spoiltLists } = counts;
console.log(`${calls} calls, ${refusals} refused arguments, ${spoiltLists} spoilt lists, ${traps} traps; ${differences} components that differ`);
process.exit(differences ? 1 : 0);
