/** Components as text through the corefuse command, for what needs the real runtime module. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileSync } from '../../src/node.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The command: `COREFUSE`, or the debug build of this repository, which is made if it is not there. */
export function command() {
  const built = process.env.COREFUSE ?? join(ROOT, 'target/debug/corefuse');
  if (!existsSync(built)) execFileSync('cargo', ['build', '--quiet', '--bin', 'corefuse'], { cwd: ROOT, stdio: 'inherit' });
  return built;
}

/**
 * The plan of a component.
 *
 * @param {string} source its path in the repository
 */
export function planOf(source) {
  const folder = mkdtempSync(join(tmpdir(), 'corefuse-js-'));
  try {
    execFileSync(command(), ['build', join(ROOT, source), '-o', folder, '--name', 'component']);
    return JSON.parse(readFileSync(join(folder, 'component.plan.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Builds a component of `test/components`.
 *
 * @param {string} name
 */
export function buildComponent(name) {
  const folder = mkdtempSync(join(tmpdir(), 'corefuse-js-'));
  try {
    const source = fileURLToPath(new URL(`../components/${name}.wat`, import.meta.url));
    execFileSync(command(), ['build', source, '-o', folder, '--bindings', 'none']);
    const plan = JSON.parse(readFileSync(join(folder, `${name}.plan.json`), 'utf8'));
    return { plan, compiled: compileSync(plan, { getModule: (file) => readFileSync(join(folder, file)) }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Builds a component of `test/components` with bindings, in a folder where `corefuse` can be imported.
 *
 * @param {string} name
 * @param {string[]} options of `corefuse build`
 * @param {(load: () => Promise<any>, folder: string) => Promise<void>} use `load` imports the bindings
 */
export async function withBuilt(name, options, use) {
  const folder = mkdtempSync(join(tmpdir(), 'corefuse-js-'));
  try {
    const source = fileURLToPath(new URL(`../components/${name}.wat`, import.meta.url));
    execFileSync(command(), ['build', source, '-o', folder, ...options]);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(ROOT, 'js-loader'), join(folder, 'node_modules/corefuse'), 'dir');
    await use(() => import(pathToFileURL(join(folder, `${name}.js`)).href), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
