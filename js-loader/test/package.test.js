// The package as users get it: packed, installed from the tarball into an empty project, and used there by Node, by
// tsc, by a bundler and as a command.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { command } from './support/corefuse.js';

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const GREETING = fileURLToPath(new URL('../../examples/compose/greeting.wat', import.meta.url));

let project;

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'corefuse-package-'));
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', project], { cwd: PACKAGE });
  const [{ filename }] = Object.values(JSON.parse(stdout));
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
  await run('npm', ['install', '--silent', '--offline', '--no-audit', '--no-fund', `./${filename}`], { cwd: project });
  await run(command(), ['build', GREETING, '-o', join(project, 'dist')]);
});

after(() => rm(project, { recursive: true }));

/** What a script prints that runs in the project. */
async function printed(script) {
  await writeFile(join(project, 'script.js'), script);
  return (await run(process.execPath, ['script.js'], { cwd: project })).stdout.trim();
}

test('it holds what it needs and no more', async () => {
  const installed = join(project, 'node_modules/corefuse');
  assert.deepEqual((await readdir(installed)).sort(), ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'bin', 'package.json', 'src', 'types']);
  const types = (await readdir(join(installed, 'types'))).map((file) => file.replace('.d.ts', ''));
  const source = (await readdir(join(installed, 'src'))).map((file) => file.replace(/(\.d)?\.[jt]s/, ''));
  assert.deepEqual(types.sort(), source.sort());
});

test('Node: with bindings and without', async () => {
  const script = `
    import * as corefuse from 'corefuse';
    import { checkPlan } from 'corefuse/check';
    import plan from './dist/greeting.plan.json' with { type: 'json' };
    import { instantiate } from './dist/greeting.js';
    const generic = await corefuse.instantiate(checkPlan(plan), { base: new URL('dist/', import.meta.url) });
    const generated = await instantiate();
    console.log(generic.exports.greet('Zoë', 'fr'), generated.exports.greet('Zoë', 'en'), typeof corefuse.ComponentError);`;
  assert.equal(await printed(script), 'Salut, Zoë! Hello, Zoë! function');
});

test('tsc: types of the package and of bindings, however modules are resolved', async () => {
  await writeFile(
    join(project, 'uses.ts'),
    `import { ComponentError, instantiate, type Instance, type Plan } from 'corefuse';
     import { type StreamReader } from 'corefuse/async';
     import { checkPlan } from 'corefuse/check';
     import * as greeting from './dist/greeting.js';
     const { exports } = await greeting.instantiate();
     const text: string = exports.greet('Zoë', 'fr');
     // @ts-expect-error a number is no string
     exports.greet(1, 'fr');
     const instance: Instance = await instantiate('dist/greeting.plan.json', { imports: {}, modules: {} });
     const plan: Plan = checkPlan(JSON.parse('{}'));
     const minor: number = plan.version[1];
     (await instantiate(plan))[Symbol.dispose]?.();
     const payload: unknown = new ComponentError('why').payload;
     export async function lengthOf(stream: StreamReader<Uint8Array, Uint8Array>): Promise<number> {
       await using opened = stream;
       const { value } = await opened.read({ count: 1 });
       return value?.length ?? 0;
     }
     export { text, instance, minor, payload };`,
  );
  const tsc = join(PACKAGE, 'node_modules/.bin/tsc');
  const strict = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2024,esnext.disposable,dom', '--types', '', 'uses.ts'];
  await run(tsc, ['--module', 'nodenext', ...strict], { cwd: project });
  await run(tsc, ['--module', 'esnext', '--moduleResolution', 'bundler', ...strict], { cwd: project });
  await run(tsc, ['--module', 'esnext', '--moduleResolution', 'bundler', '--customConditions', 'browser', ...strict], { cwd: project });
});

test('bundlers for browsers get nothing of Node, and no more than is used', async () => {
  const bundle = async (contents) => {
    const stdin = { contents, resolveDir: project };
    const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'esm', platform: 'browser', minify: true });
    return outputFiles[0].text;
  };
  assert.doesNotMatch(await bundle("export { instantiate } from 'corefuse'"), /node:/);
  // `sideEffects: false`: an import that is not used leaves nothing.
  assert.equal((await bundle("import { instantiate } from 'corefuse'")).trim(), '');
});

test('the command starts the tool, and gives its exit code', async () => {
  const npx = (args, env) => run('npx', ['--no-install', 'corefuse', ...args], { cwd: project, env: { ...process.env, ...env } });
  const { stdout } = await npx(['--version'], { COREFUSE: command() });
  assert.match(stdout, /^corefuse \d+\.\d+\.\d+/);
  await assert.rejects(npx(['build', 'missing.wasm', '-o', 'nowhere'], { COREFUSE: command() }), (error) => error.code !== 0 && /missing\.wasm/.test(error.stderr));
});

test('the command finds the tool in PATH and where cargo installs, and never itself', async () => {
  const bin = join(project, 'node_modules/.bin');
  const cargo = join(project, 'cargo');
  const own = join(project, 'own');
  await mkdir(join(cargo, 'bin'), { recursive: true });
  await mkdir(own);
  // As pnpm does it: a script, not a link.
  await writeFile(join(own, 'corefuse'), `#!/bin/sh\nexec "${bin}/corefuse" "$@"\n`);
  await chmod(join(own, 'corefuse'), 0o755);
  const path = [own, bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  const start = (env) => run(join(bin, 'corefuse'), ['--version'], { env: { PATH: path, HOME: project, ...env } });
  await assert.rejects(start({}), (error) => {
    assert.equal(error.code, 127);
    assert.match(error.stderr, /the tool is not on this machine[\s\S]*cargo install corefuse/);
    return true;
  });
  await symlink(command(), join(cargo, 'bin/corefuse'));
  assert.match((await start({ CARGO_HOME: cargo })).stdout, /^corefuse /);
  assert.match((await start({ PATH: `${path}${delimiter}${join(cargo, 'bin')}` })).stdout, /^corefuse /);
  await copyFile(GREETING, join(cargo, 'no-program'));
  await assert.rejects(start({ COREFUSE: join(cargo, 'no-program') }), /cannot be started/);
});
