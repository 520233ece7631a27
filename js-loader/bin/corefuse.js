#!/usr/bin/env node
// The command `corefuse` of the npm package: starts the tool that converts components, which is a native program and
// not in this package, or says how to get it. So `npx corefuse build` and scripts of package.json work wherever the
// tool was put.

import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const PROGRAM = process.platform === 'win32' ? 'corefuse.exe' : 'corefuse';

/** What a person needs who has only the package. */
const ADVICE = `corefuse: the tool is not on this machine.

The npm package holds what runs components; what converts them is a native program, written in Rust. To get it,
install Rust (1.88 or newer), then

    cargo install corefuse

or \`cargo install --path .\` in a clone of the repository. It is looked for as $COREFUSE, in $PATH, and in
$CARGO_HOME/bin or ~/.cargo/bin.
`;

/** Places where the tool may be, the likeliest first. */
function* places() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) if (folder) yield join(folder, PROGRAM);
  yield join(process.env.CARGO_HOME || join(homedir(), '.cargo'), 'bin', PROGRAM);
}

/**
 * Whether this is a program, and no script: package managers put this very file into `PATH` under the tool's name, and
 * starting it would never end.
 *
 * @param {string} path
 */
function isTool(path) {
  try {
    accessSync(path, constants.X_OK);
    const file = openSync(path, 'r');
    const start = Buffer.alloc(2);
    readSync(file, start);
    closeSync(file);
    return start.toString('latin1') !== '#!';
  } catch {
    return false;
  }
}

/** @param {string} tool */
function start(tool) {
  const child = spawn(tool, process.argv.slice(2), { stdio: 'inherit' });
  child.on('error', (error) => fail(`corefuse: ${tool} cannot be started: ${error.message}\n`));
  child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)));
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(message);
  process.exitCode = 127;
}

const tool = process.env.COREFUSE || [...places()].find(isTool);
if (tool) start(tool);
else fail(ADVICE);
