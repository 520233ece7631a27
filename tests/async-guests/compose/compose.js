// `node compose.js JCO OUTLINE.wat OUTPUT COMPONENT...`: a component that holds the given components, byte for byte.
//
// The outline is a component in the text format, in which empty components stand for the given ones, in their order. Where
// the first of them imports WASI, that would be much to write out: instead the outline may begin with `@wasi of` it, which
// imports the same, and say `@wasi given to` it where it is instantiated. What else it imports has to come after WASI. This
// is what `wac` does, which takes minutes to build.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREAMBLE = 8;
const SECTION = { component: 4, alias: 6, type: 7, import: 10 };
const BEFORE_IMPORTS_END = [SECTION.alias, SECTION.type, SECTION.import];

const [jco, outline, output, ...files] = process.argv.slice(2);
const components = files.map((file) => readFileSync(file));
const folder = mkdtempSync(join(tmpdir(), 'compose-'));
try {
  writeFileSync(output, compose(withWasi(readFileSync(outline, 'utf8'))));
} finally {
  rmSync(folder, { recursive: true });
}

/** What `jco print` or `jco parse` makes of something. */
function convert(command, input) {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  writeFileSync(from, input);
  execFileSync(jco, [command, from, '-o', to]);
  return readFileSync(to);
}

/** The outline's text with both `@wasi` replaced: by what is before the first component's own import, or its first module. */
function withWasi(text) {
  if (!text.includes('@wasi')) return text;
  const [first] = components;
  const end = sections(first).find(({ id }) => !BEFORE_IMPORTS_END.includes(id))?.at;
  const [, printed] = /^\(component\n([^]*)\)/.exec(convert('print', first.subarray(0, end)).toString('utf8')) ?? [];
  const [imports] = printed.split(/^ {2}\(import "(?!wasi:)/m);
  const names = [...imports.matchAll(/^ {2}\(import "(.*?)" \(instance \(;(\d+);\)/gm)];
  const given = names.map(([, name, index]) => `(with "${name}" (instance ${index}))`).join('\n    ');
  return text.replace(/@wasi of \S+/, () => imports).replace(/@wasi given to [^)\s]+/, () => given);
}

/** The outline as a binary, with the components in their places. */
function compose(text) {
  const outer = convert('parse', text);
  const parts = [outer.subarray(0, PREAMBLE)];
  const left = [...components];
  for (const { id, at, end } of sections(outer)) {
    if (id !== SECTION.component) {
      parts.push(outer.subarray(at, end));
      continue;
    }
    const component = left.shift();
    if (!component) throw new Error(`${outline} has more components than were given`);
    parts.push(Buffer.from([id]), numberBytes(component.length), component);
  }
  if (left.length > 0) throw new Error(`${outline} has ${left.length} components fewer than were given`);
  return Buffer.concat(parts);
}

/** @returns {{id: number, at: number, end: number}[]} `at` is where the id is */
function sections(bytes) {
  const found = [];
  for (let at = PREAMBLE; at < bytes.length; ) {
    const [size, start] = readNumber(bytes, at + 1);
    found.push({ id: bytes[at], at, end: start + size });
    at = start + size;
  }
  return found;
}

/** Reads an unsigned LEB128 number: its value and where it ends. */
function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function numberBytes(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}
