/** What the entry points take: plans and modules by path, URL, `getModule` or as they are, at once or later; and what they say of what is not there. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as browser from '../src/browser.js';
import * as node from '../src/node.js';
import { PlanBuilder } from './support/plan.js';

/** A plan with three modules, of which two share a file. */
const b = new PlanBuilder();
b.module('(module (func (export "f") (result i32) i32.const 1))');
const shared = b.module('(module (func (export "f") (result i32) i32.const 2))');
b.push('initializers', { op: 'instantiate', module: b.push('modules', { ...b.plan.modules[shared] }), instance: 0, args: [] });
const options = b.options();
const func = b.func({}, 'u32');
for (let i = 0; i < 3; i++) b.exportFunc(`f${i}`, func, i, 'f', options);
const { plan, files } = b;

const folder = mkdtempSync(join(tmpdir(), 'corefuse js api-'));
writeFileSync(join(folder, 'test.plan.json'), JSON.stringify(plan));
for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
after(() => rmSync(folder, { recursive: true }));

/** @param {import('../src/instance.js').Instance} instance */
function check({ exports }) {
  assert.deepEqual([exports.f0(), exports.f1(), exports.f2()], [1, 2, 2]);
}

test('node: a plan by path or URL, its modules beside it', async () => {
  const path = join(folder, 'test.plan.json');
  check(await node.instantiate(path));
  check(await node.instantiate(pathToFileURL(path)));
  check(await node.instantiate(pathToFileURL(path).href));
  check(node.compileSync(path).instantiateSync());
  await assert.rejects(node.instantiate(join(folder, 'missing.plan.json')), /ENOENT/);
  const noPlan = join(folder, 'test.core0.wasm');
  await assert.rejects(node.instantiate(noPlan), /^PlanError: file:.*test\.core0\.wasm: .*JSON/);
  assert.throws(() => node.compileSync(noPlan), /^PlanError: file:.*test\.core0\.wasm: .*JSON/);
});

test('a plan as an object needs a base, or all modules', async () => {
  check(await node.instantiate(plan, { base: pathToFileURL(`${folder}/`) }));
  check(node.compileSync(plan, { base: join(folder, 'any') }).instantiateSync());
  await assert.rejects(node.compile(plan), /test\.core0\.wasm: give `base`, or all modules through `getModule`/);
  check(await node.instantiate(plan, { base: join(folder, 'any'), getModule: (file) => (file.endsWith('0.wasm') ? files[file] : null) }));
});

test('modules may be in other places than beside the plan, as bundlers put them', async () => {
  const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
  const modules = Object.fromEntries(Object.keys(files).map((file, i) => [file, pathToFileURL(join(elsewhere, `${i}-renamed.wasm`))]));
  for (const [file, bytes] of Object.entries(files)) writeFileSync(modules[file], bytes);
  check(await node.instantiate(plan, { modules }));
  check(node.compileSync(plan, { modules: { ...modules, 'test.core0.wasm': modules['test.core0.wasm'].href } }).instantiateSync());
  const some = { 'test.core1.wasm': modules['test.core1.wasm'] };
  check(await node.instantiate(join(folder, 'test.plan.json'), { modules: some }));
  check(await node.instantiate(plan, { modules: { 'test.core1.wasm': 'nowhere' }, getModule: (file) => files[file] }));
});

test('what getModule may give; each file is asked for once', async () => {
  const asked = [];
  for (const form of [
    (bytes) => bytes,
    (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    (bytes) => new WebAssembly.Module(bytes),
    async (bytes) => bytes,
    (bytes) => new Response(bytes),
    (bytes) => new Response(bytes, { headers: { 'content-type': 'application/wasm' } }),
  ]) {
    asked.length = 0;
    check(await node.instantiate(plan, { getModule: (file) => (asked.push(file), form(files[file])) }));
    assert.deepEqual(asked, ['test.core0.wasm', 'test.core1.wasm']);
  }
});

test('all modules are in flight before any has come', async () => {
  const waiting = [];
  const compiled = node.compile(plan, { getModule: (file) => new Promise((resolve) => waiting.push(() => resolve(files[file]))) });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(waiting.length, 2);
  for (const resolve of waiting) resolve();
  check(await (await compiled).instantiate());
});

test('a module that is none is an error that names its file', async () => {
  const page = new TextEncoder().encode('<!doctype html>');
  const html = () => new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } });
  for (const wrong of [() => page, () => new Uint8Array(), () => new Response(page), html, () => 'text', () => 5]) {
    await assert.rejects(node.compile(plan, { getModule: wrong }), (error) => error instanceof node.PlanError && /^test\.core[01]\.wasm: /.test(error.message));
  }
  assert.throws(() => node.compileSync(plan, { getModule: () => page }), /^PlanError: test\.core0\.wasm: /);
  await assert.rejects(node.compile(plan, { getModule: html }), /is a page \(text\/html\)/);
});

test('browser: plan and modules by fetch, with any content type', async (t) => {
  const answers = {
    '/app/test.plan.json': ['application/json', JSON.stringify(plan)],
    '/page/test.plan.json': ['text/html', '<!doctype html>'],
    '/spa/test.plan.json': ['application/json', JSON.stringify(plan)],
    '/lost/test.plan.json': ['application/json', JSON.stringify(plan)],
  };
  for (const [file, bytes] of Object.entries(files)) {
    answers[`/app/${file}`] = [file.endsWith('0.wasm') ? 'application/wasm' : 'application/octet-stream', bytes];
    answers[`/spa/${file}`] = ['text/html', '<!doctype html>'];
  }
  const server = createServer((request, response) => {
    const answer = answers[request.url];
    response.writeHead(answer ? 200 : 404, { 'content-type': answer ? answer[0] : 'text/html' }).end(answer ? answer[1] : '<!doctype html>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const base = `http://127.0.0.1:${server.address().port}`;
  check(await browser.instantiate(`${base}/app/test.plan.json`));
  check(await browser.instantiate(new URL(`${base}/app/test.plan.json`)));
  check(await browser.instantiate(plan, { base: `${base}/app/` }));
  check(await node.instantiate(`${base}/app/test.plan.json`));
  await assert.rejects(browser.instantiate(`${base}/page/test.plan.json`), /^PlanError: http.*\/page\/test\.plan\.json is a page/);
  await assert.rejects(browser.instantiate(`${base}/none/test.plan.json`), /^PlanError: http.*\/none\/test\.plan\.json answered 404 Not Found/);
  await assert.rejects(browser.instantiate(`${base}/lost/test.plan.json`), /^PlanError: http.*\/lost\/test\.core0\.wasm answered 404/);
  await assert.rejects(browser.instantiate(`${base}/spa/test.plan.json`), /^PlanError: test\.core0\.wasm: http.*\/spa\/test\.core0\.wasm is a page \(text\/html\): is the file missing\?/);
});

test('where nobody answers, the error says where that is', async () => {
  const nowhere = 'http://127.0.0.1:1';
  await assert.rejects(browser.instantiate(`${nowhere}/test.plan.json`), /^PlanError: http.*:1\/test\.plan\.json: fetch failed/);
  await assert.rejects(node.instantiate(plan, { base: nowhere }), /^PlanError: http.*:1\/test\.core\d\.wasm: fetch failed/);
});

test('browser: synchronously only what is given', () => {
  check(browser.compileSync(plan, { getModule: (file) => files[file] }).instantiateSync());
  assert.throws(() => browser.compileSync('http://localhost/test.plan.json'), /give the plan as an object, and all modules through `getModule`/);
});

test('the entry points offer the same', () => {
  assert.deepEqual(Object.keys(node).sort(), Object.keys(browser).sort());
});
