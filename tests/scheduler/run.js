/**
 * Runs cases, and prints what becomes of them.
 *
 * Usage: node run.js [--cases N] [--seed N] [--actors N] [--trace]
 * A difference is printed with its seed; `--cases 1 --seed SEED --trace` shows every operation of that run.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Case } from './case.js';
import { actors } from './actors.js';
import { compile } from '../../js-loader/src/node.js';
import { convertTo } from '../browser/convert.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: process.env.COREFUSE_CASES ?? '1000' },
    seed: { type: 'string', default: process.env.COREFUSE_SEED ?? '1' },
    actors: { type: 'string', default: '3' },
    trace: { type: 'boolean', default: false },
  },
});
const [cases, first, length] = [values.cases, values.seed, values.actors].map(Number);
if (!(cases > 0 && length > 0 && Number.isInteger(first))) throw new Error('--cases, --seed and --actors are numbers');

const compiled = await compileActors(length);
const ends = { done: 0, trap: 0, deadlock: 0 };
let operations = 0;
let differences = 0;
for (let seed = first; seed < first + cases; seed++) {
  const one = new Case(seed, length, values.trace ? console.log : undefined);
  let instance;
  try {
    ends[await one.run(async (imports) => (instance = await compiled.instantiate(imports)).exports)]++;
  } catch (error) {
    console.error(`seed ${seed}, after ${one.draw.operations} operations: ${error.stack}`);
    differences++;
    if (differences === 10) break;
  }
  // What still waits in it keeps its stacks and memories.
  instance?.[Symbol.dispose]();
  operations += one.draw.operations;
}
const { done, trap, deadlock } = ends;
console.log(`${operations} operations; runs: ${done} to the end, ${trap} to a trap, ${deadlock} to a deadlock; ${differences} that differ`);
process.exit(differences ? 1 : 0);

/** @param {number} length of the chain */
async function compileActors(length) {
  const folder = await mkdtemp(join(tmpdir(), 'corefuse-actors-'));
  try {
    await writeFile(join(folder, 'actors.wat'), actors(length));
    await convertTo(folder, join(folder, 'actors.wat'), 'actors', ['--bindings', 'none']);
    return await compile(pathToFileURL(join(folder, 'actors.plan.json')));
  } finally {
    await rm(folder, { recursive: true });
  }
}
