/**
 * Runs one drawn component through the generic path and through its bindings, beside each other: both must give what is
 * expected, and where only the component decides what is right, both must give the same.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { ComponentError, compile } from '../../js-loader/src/node.js';
import { REPOSITORY, convertTo } from '../browser/convert.js';
import { Random } from '../scheduler/random.js';
import { drawComponent } from './component.js';
import { Res, Values } from './values.js';

/** Functions in a component. */
const FUNCTIONS = 6;
/** Calls of each function with values that fit, with values that do not, and lists with spoilt bytes. */
const [FITTING, WRONG, SPOILT] = [4, 3, 6];
/** Bytes that are spoilt at most before a list is read. */
const POKES = 3;

/** How often each thing happened. */
export const counts = { calls: 0, refusals: 0, traps: 0, spoiltLists: 0 };

/** @param {number} seed */
export async function runCase(seed) {
  const random = new Random(seed);
  const drawn = drawComponent(random, FUNCTIONS);
  const paths = await build(drawn.source);
  const one = new Case(random, drawn, paths);
  try {
    for (let i = 0; i < FUNCTIONS; i++) await one.check(i);
  } catch (error) {
    error.message = `${error.message}\n\n${drawn.source}`;
    throw error;
  }
}

/**
 * @param {string} source
 * @returns {Promise<((imports: object) => Promise<any>)[]>} how to get exports: of the generic path, of bindings
 */
async function build(source) {
  const folder = await mkdtemp(join(tmpdir(), 'corefuse-boundary-'));
  try {
    await writeFile(join(folder, 'echo.wat'), source);
    await convertTo(folder, join(folder, 'echo.wat'), 'echo');
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(REPOSITORY, 'js-loader'), join(folder, 'node_modules/corefuse'), 'dir');
    const generic = await compile(pathToFileURL(join(folder, 'echo.plan.json')));
    const bindings = await (await import(pathToFileURL(join(folder, 'echo.js')).href)).compile();
    return [generic, bindings].map((compiled) => async (imports) => (await compiled.instantiate(imports)).exports);
  } finally {
    await rm(folder, { recursive: true });
  }
}

class Case {
  /**
   * @param {Random} random
   * @param {ReturnType<typeof drawComponent>} drawn
   * @param {((imports: object) => Promise<any>)[]} paths
   */
  constructor(random, drawn, paths) {
    this.random = random;
    this.drawn = drawn;
    this.paths = paths;
    /** What the host is called with, and what it answers. */
    this.seen = undefined;
    this.answer = () => undefined;
  }

  /** Fresh instances, one for each path. */
  async instances() {
    const host = (...args) => {
      this.seen = args;
      return this.answer();
    };
    const asyncHost = (...args) => (this.random.below(2) ? Promise.resolve(args).then((args) => host(...args)) : host(...args));
    const functions = Object.fromEntries(this.drawn.functions.map(({ isAsync }, i) => [`f${i}`, isAsync ? asyncHost : host]));
    return Promise.all(this.paths.map((instantiate) => instantiate({ ...functions, Res })));
  }

  /** @param {number} i of the function */
  async check(i) {
    const instances = await this.instances();
    for (let k = 0; k < FITTING; k++) await this.checkFitting(i, instances);
    for (let k = 0; k < WRONG; k++) await this.checkRefused(i, instances);
    // It is of use after what it refused.
    await this.checkFitting(i, instances);
    await this.checkAnswer(i);
    for (let k = 0; k < SPOILT; k++) await this.checkSpoilt(i);
  }

  /** @param {boolean} [isWrong] */
  values(isWrong = false) {
    return new Values(this.random, isWrong);
  }

  /** Arguments come to the host, and one of them back, as they should be. */
  async checkFitting(i, instances) {
    const { params, echoed, callsHost } = this.drawn.functions[i];
    const { given, expected } = this.values().several(params);
    for (const exports of instances) {
      this.seen = undefined;
      this.answer = answering(params[echoed], given[echoed], this.random);
      const result = await outcome(() => exports[`f${i}`](...given));
      assert.deepEqual(this.seen, callsHost ? expected : undefined, `f${i}: what the host got`);
      assert.deepEqual(result, returning(params[echoed], expected[echoed]), `f${i}: what came back`);
      counts.calls++;
    }
  }

  /** Arguments that do not fit are refused by both with the same parameter named, and nobody is called. */
  async checkRefused(i, instances) {
    const values = this.values(true);
    const { given } = values.several(this.drawn.functions[i].params);
    if (values.isWrong) return;
    this.seen = undefined;
    const outcomes = await Promise.all(instances.map((exports) => outcome(() => exports[`f${i}`](...given))));
    assert.equal(this.seen, undefined, `f${i}: the host was called with something that does not fit, ${inspect(values.wrongValue)}`);
    assert.match(outcomes[0].error ?? '', /^(Type|Range|Syntax)Error/, `f${i}`);
    assert.deepEqual(...outcomes.map(whereOnly), `f${i}: what is said of something that does not fit`);
    counts.refusals++;
  }

  /** An answer of the host that does not fit ends the component. */
  async checkAnswer(i) {
    const { params, echoed, callsHost } = this.drawn.functions[i];
    if (!callsHost) return;
    const type = params[echoed];
    const values = this.values(true);
    const [answer] = values.draw(type);
    // Of a function with errors, whatever it returns or throws is one of the two.
    if (values.isWrong || (type.kind === 'result' && !answer?.val)) return;
    const { given } = this.values().several(params);
    this.answer = answering(type, answer, this.random);
    const instances = await this.instances();
    const outcomes = await Promise.all(instances.map((exports) => outcome(() => exports[`f${i}`](...given))));
    assert.match(outcomes[0].error ?? '', /^Trap/, `f${i}: an answer that does not fit`);
    assert.deepEqual(...outcomes.map(whereOnly), `f${i}: what is said of an answer that does not fit`);
    counts.traps++;
  }

  /** Whatever a guest's memory holds, both read the same values or end the component for the same reason. */
  async checkSpoilt(i) {
    const { given } = this.values().several(Array(1 + this.random.below(3)).fill(this.drawn.functions[i].params[0]));
    const pokes = Array.from({ length: 1 + this.random.below(POKES) }, () => [this.random.below(2 ** 32), this.byte()]);
    const instances = await this.instances();
    const outcomes = await Promise.all(
      instances.map((exports) => {
        exports[`put${i}`](given);
        for (const [at, byte] of pokes) exports.poke(at, byte);
        return outcome(() => exports[`get${i}`]());
      }),
    );
    assert.deepEqual(outcomes[1], outcomes[0], `f${i}: a list with spoilt bytes`);
    assert.match(outcomes[0].error ?? 'Trap', /^(Trap|RangeError)/, `f${i}: a list with spoilt bytes`);
    if (outcomes[0].error) counts.traps++;
    counts.spoiltLists++;
  }

  byte() {
    return this.random.pick([0, 1, 2, 0x7f, 0x80, 0xff, this.random.below(256)]);
  }
}

/**
 * What a host function does to give a value: of a `result`, the error is thrown.
 *
 * @param {import('./types.js').Type} type
 * @param {any} given
 * @param {Random} random
 */
function answering({ kind, items }, given, random) {
  if (kind !== 'result') return () => given;
  const { tag, val } = given;
  const isPlain = random.below(2) === 0 || ['variant', 'result', 'option'].includes(items?.[0]?.kind ?? '');
  if (tag === 'ok') return () => (isPlain ? val : given);
  return () => {
    throw isPlain ? new ComponentError(val) : { payload: val };
  };
}

/**
 * What a function of the component does to give a value.
 *
 * @param {import('./types.js').Type} type
 * @param {any} expected
 * @returns {Awaited<ReturnType<typeof outcome>>}
 */
function returning({ kind }, expected) {
  if (kind !== 'result') return { value: expected };
  return expected.tag === 'ok' ? { value: expected.val } : { payload: expected.val };
}

/**
 * @param {() => any} action
 * @returns {Promise<{ value?: any, payload?: any, error?: string }>}
 */
async function outcome(action) {
  try {
    return { value: await action() };
  } catch (error) {
    if (error instanceof ComponentError) return { payload: error.payload };
    return { error: `${error.name}: ${error.message}` };
  }
}

/**
 * The generic path says also where inside a value something does not fit.
 *
 * @param {{ error?: string }} outcome
 */
function whereOnly({ error = '' }) {
  return error.replace(/(parameter `\w+`|host function threw): .*/s, '$1');
}
