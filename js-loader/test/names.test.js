/** From WIT names to JavaScript names, and which version stands in for which. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { camelCase, interfacePart, matchInterface, parseFunctionName, pascalCase, semverTrack } from '../src/names.js';

test('WIT names become JavaScript names', () => {
  assert.equal(camelCase('get-http-body'), 'getHttpBody');
  assert.equal(camelCase('HTTP'), 'http');
  assert.equal(camelCase('read-URL-2'), 'readUrl2');
  assert.equal(pascalCase('input-stream'), 'InputStream');
  assert.equal(pascalCase('URL'), 'Url');
  assert.equal(interfacePart('wasi:io/streams@0.2.0'), 'streams');
  assert.equal(interfacePart('plain-name'), 'plain-name');
});

test('function names are taken apart', () => {
  assert.deepEqual(parseFunctionName('run'), { role: 'func', resource: '', name: 'run' });
  assert.deepEqual(parseFunctionName('[constructor]counter'), { role: 'constructor', resource: 'counter', name: '' });
  assert.deepEqual(parseFunctionName('[method]byte-stream.read-all'), { role: 'method', resource: 'byte-stream', name: 'read-all' });
  assert.deepEqual(parseFunctionName('[static]a.b'), { role: 'static', resource: 'a', name: 'b' });
});

test('versions stand in for one another within their semver track', () => {
  assert.equal(semverTrack('a:b/c@1.2.3'), 'a:b/c@1');
  assert.equal(semverTrack('a-b:c/d-2@12.0.0'), 'a-b:c/d-2@12');
  assert.equal(semverTrack('a:b/c@0.2.10'), 'a:b/c@0.2');
  assert.equal(semverTrack('a:b/c@0.0.3'), 'a:b/c@0.0.3');
  assert.equal(semverTrack('a:b/c@0.2.0-rc-2023-11-10'), 'a:b/c@0.2.0-rc-2023-11-10');
  assert.equal(semverTrack('a:b/c@0.2'), 'a:b/c@0.2');
  assert.equal(semverTrack('a:b/c'), 'a:b/c');
});

test('interfaces are found by exact key, then track, then without version', () => {
  const offered = ['a:b/c', 'a:b/c@0.2.0', 'a:b/c@0.2.9', 'a:b/c@0.2.10', 'a:b/c@0.3.0', 'a:b/d@1', 'a:b/e'];
  assert.equal(matchInterface('a:b/c@0.2.9', offered), 'a:b/c@0.2.9');
  assert.equal(matchInterface('a:b/c@0.2.3', offered), 'a:b/c@0.2.10', 'the newest, compared as numbers');
  assert.equal(matchInterface('a:b/c@0.4.0', offered), 'a:b/c');
  assert.equal(matchInterface('a:b/c', offered), 'a:b/c');
  assert.equal(matchInterface('a:b/d@1.5.0', offered), 'a:b/d@1');
  assert.equal(matchInterface('a:b/d@2.0.0', offered), undefined);
  assert.equal(matchInterface('a:b/e@0.2.0-rc-1', offered), 'a:b/e');
  assert.equal(matchInterface('a:b/c@0.3.0-rc-1', ['a:b/c@0.3.0']), undefined);
});
