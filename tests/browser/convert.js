// Converts components with the corefuse command: `COREFUSE`, or the debug build of this repository.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folder of the repository, with a separator at its end. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** The command; it is built if it is not there. */
export async function corefuseCommand() {
  const built = process.env.COREFUSE ?? join(REPOSITORY, 'target/debug/corefuse');
  if (!existsSync(built)) await run('cargo', ['build', '--quiet', '--bin', 'corefuse'], { cwd: REPOSITORY });
  return built;
}

/**
 * Writes a component's bundle.
 * @param {string} folder
 * @param {string} component
 * @param {string} name
 * @param {string[]} [flags] more of `corefuse build`
 */
export async function convertTo(folder, component, name, flags = []) {
  await run(await corefuseCommand(), ['build', component, '--output', folder, '--name', name, ...flags]);
}
