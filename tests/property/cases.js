// Runs the cases that `loader.rs` sends, and sends back what both sides saw: `node cases.js LOADER`.

import { readSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { compile } = await import(pathToFileURL(process.argv[2]).href);

/** How long a case may take, in milliseconds. */
const PATIENCE = 30_000;
const LATE = Symbol('late');

/** The bundle of the last case, which that of the next one mostly is. @type {{ plan: string, compiled: any }} */
let last = { plan: '', compiled: null };

for (let frame = receive(); frame; frame = receive()) {
  const request = JSON.parse(frame.toString());
  const memories = [receive(), receive()];
  for (const reply of await run(request, memories)) send(reply);
}

/**
 * Runs a case; gives the frames of the reply.
 * @param {any} request
 * @param {any[]} memories of the caller and the callee
 * @returns {Promise<any[]>}
 */
async function run({ plan, hasHandles, caller, callee }, memories) {
  let isCalled = false;
  let instance;
  try {
    if (last.plan !== plan) last = { plan, compiled: await compile(pathToFileURL(plan)) };
    instance = await last.compiled.instantiate({ called: () => void (isCalled = true) });
  } catch (error) {
    return [{ error: String(error?.stack ?? error) }];
  }
  const { exports } = instance;
  const sides = [exports.caller, exports.callee];
  try {
    setUp(exports.caller, caller, memories[0]);
    setUp(exports.callee, callee, memories[1]);
    const ended = exports.run().then(() => null, (/** @type {any} */ error) => `${error.name}: ${error.message}`);
    const patience = new AbortController();
    const trap = await Promise.race([ended, pause(PATIENCE, LATE, { signal: patience.signal }).catch(() => LATE)]);
    patience.abort();
    if (trap === LATE) return [{ error: 'the case does not end' }];
    if (trap !== null) return [{ trap, isCalled }];
    exports.inspect();
    const dropped = hasHandles ? [exports.droppedC(), exports.droppedS()] : [0, 0];
    return [{ dropped }, ...sides.flatMap((side) => [side.registers(), side.log(), side.slots(), side.atCall(), side.memory()])];
  } catch (error) {
    return [{ error: String(error?.stack ?? error) }];
  } finally {
    instance[Symbol.dispose]();
  }
}

/**
 * @param {any} side exports of the caller or the callee
 * @param {any} setup
 * @param {Uint8Array} memory
 */
function setUp(side, { bump, faultAt, faultPtr, leaveAt, inPlace, values, script }, memory) {
  const numbers = BigUint64Array.from(values, BigInt);
  side.setup(BigInt(bump), faultAt, BigInt(faultPtr), leaveAt, inPlace, memory, numbers, Uint32Array.from(script));
}

/** Reads so many bytes; `null` at the end. @param {number} length */
function read(length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(0, bytes, at, length - at, null);
    if (count === 0) return null;
    at += count;
  }
  return bytes;
}

function receive() {
  const length = read(4);
  return length && read(length.readUInt32LE());
}

/** @param {any} frame bytes or numbers, or something to be sent as JSON */
function send(frame) {
  const bytes = ArrayBuffer.isView(frame) ? new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength) : Buffer.from(JSON.stringify(frame));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  for (const part of [length, bytes]) {
    for (let at = 0; at < part.length; ) at += writeSync(1, part, at);
  }
}
