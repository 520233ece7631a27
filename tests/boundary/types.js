/**
 * Draws types, and says of them what a component's text needs: the definition, the name, the flat types.
 *
 * Spec: `flatten_type`.
 */

const INTEGERS = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'u64', 's64'];
export const SCALARS = ['bool', ...INTEGERS, 'f32', 'f64', 'char'];
/** What keys of maps may be. */
const KEYS = ['bool', ...INTEGERS, 'char', 'string'];
const COMPOUND = ['list', 'list', 'fixedList', 'map', 'record', 'record', 'tuple', 'variant', 'variant', 'enum', 'flags', 'option', 'option', 'result'];
/** Definitions of these must have names, for imports and exports to use them. */
const NOMINAL = ['record', 'variant', 'enum', 'flags'];

/** Names of WIT and what they are in JavaScript. */
export const NAMES = Object.entries({
  a: 'a', 'long-name': 'longName', HTTP: 'http', 'x-RAY-z2': 'xRayZ2', class: 'class', default: 'default', tag: 'tag', val: 'val',
  length: 'length', constructor: 'constructor', then: 'then', 'to-string': 'toString', none: 'none', some: 'some', ok: 'ok', err: 'err',
});

/**
 * A type, as a tree. Compound types have `items`: the types they are made of, `null` for a case without payload.
 *
 * @typedef {{ kind: string, items?: (Type | null)[], names?: [string, string][], length?: number, number?: number }} Type
 */

export class Types {
  /** @param {import('../scheduler/random.js').Random} random */
  constructor(random) {
    this.random = random;
    /** Maps hold no handles. */
    this.mayHaveHandles = true;
    /** @type {Type[]} definitions that must have names, each after those it uses */
    this.nominal = [];
  }

  /**
   * @param {number} depth how many more types may lie inside
   * @returns {Type}
   */
  draw(depth) {
    const { random } = this;
    if (depth === 0 || random.below(4) === 0) return { kind: random.pick([...SCALARS, 'string', this.mayHaveHandles ? 'own' : 'string']) };
    const kind = random.pick(COMPOUND);
    /** @type {Type} */
    const type = { kind };
    const item = () => this.draw(depth - 1);
    const perhaps = () => (random.below(4) ? item() : null);
    switch (kind) {
      case 'list':
      case 'option':
        type.items = [item()];
        break;
      case 'fixedList':
        Object.assign(type, { items: [item()], length: 1 + random.below(4) });
        break;
      case 'map':
        type.items = [{ kind: random.pick(KEYS) }, this.withoutHandles(item)];
        break;
      case 'tuple':
        type.items = Array.from({ length: 1 + random.below(4) }, item);
        break;
      case 'result':
        type.items = [perhaps(), perhaps()];
        break;
      case 'record':
      case 'variant': {
        type.names = this.names(1 + random.below(5));
        type.items = type.names.map(kind === 'record' ? item : perhaps);
        break;
      }
      case 'enum':
        // Over 256 cases a discriminant has two bytes.
        type.names = random.below(12) ? this.names(1 + random.below(6)) : Array.from({ length: 300 }, (_, i) => [`c${i}`, `c${i}`]);
        break;
      case 'flags':
        type.names = random.below(4) ? this.names(1 + random.below(12)) : Array.from({ length: 9 + random.below(24) }, (_, i) => [`f${i}`, `f${i}`]);
    }
    if (NOMINAL.includes(kind)) type.number = this.nominal.push(type) - 1;
    return type;
  }

  /** @param {() => Type} draw */
  withoutHandles(draw) {
    const before = this.mayHaveHandles;
    this.mayHaveHandles = false;
    const type = draw();
    this.mayHaveHandles = before;
    return type;
  }

  /**
   * @param {number} count
   * @returns {[string, string][]}
   */
  names(count) {
    const rest = [...NAMES];
    return Array.from({ length: count }, () => rest.splice(this.random.below(rest.length), 1)[0]);
  }

  /** All that a component imports so that its functions can use the types. */
  get imports() {
    const types = this.nominal.map((type, i) => `(type $d${i} ${define(type)}) (import "n${i}" (type $n${i} (eq $d${i})))`);
    return ['(import "res" (type $res (sub resource)))', ...types].join('\n  ');
  }

  /** What gives them to a component inside. */
  get arguments() {
    return ['(with "res" (type $res))', ...this.nominal.map((_, i) => `(with "n${i}" (type $n${i}))`)].join(' ');
  }
}

/**
 * A type where it is used.
 *
 * @param {Type} type
 */
export function text(type) {
  return type.number === undefined ? define(type) : `$n${type.number}`;
}

/** @param {Type} type */
function define({ kind, items = [], names = [], length }) {
  const inner = items.map((item) => item && text(item));
  const each = (/** @type {string} */ word) => names.map(([name], i) => `(${word} "${name}" ${inner[i] ?? ''})`).join(' ');
  switch (kind) {
    case 'own':
      return '(own $res)';
    case 'list':
    case 'option':
    case 'map':
    case 'tuple':
      return `(${kind} ${inner.join(' ')})`;
    case 'fixedList':
      return `(list ${inner[0]} ${length})`;
    case 'result':
      return `(result ${inner[0] ?? ''} ${inner[1] ? `(error ${inner[1]})` : ''})`;
    case 'record':
      return `(record ${each('field')})`;
    case 'variant':
      return `(variant ${each('case')})`;
    case 'enum':
    case 'flags':
      return `(${kind} ${names.map(([name]) => `"${name}"`).join(' ')})`;
    default:
      return kind;
  }
}

const FLAT = { u64: 'i64', s64: 'i64', f32: 'f32', f64: 'f64' };

/**
 * @param {Type} type
 * @param {string} pointer `i32` or `i64`
 * @returns {string[]}
 */
export function flatten({ kind, items = [], length = 0 }, pointer) {
  const inner = items.map((item) => (item ? flatten(item, pointer) : []));
  switch (kind) {
    case 'string':
    case 'list':
    case 'map':
      return [pointer, pointer];
    case 'fixedList':
      return Array.from({ length }, () => inner[0]).flat();
    case 'record':
    case 'tuple':
      return inner.flat();
    case 'variant':
    case 'option':
    case 'result':
      return ['i32', ...inner.reduce(join, [])];
    default:
      return [FLAT[kind] ?? 'i32'];
  }
}

/**
 * What holds either of two cases.
 *
 * @param {string[]} a
 * @param {string[]} b
 */
function join(a, b) {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [x = b[i], y = a[i]] = [a[i], b[i]];
    if (x === y) return x;
    return [x, y].every((flat) => flat === 'i32' || flat === 'f32') ? 'i32' : 'i64';
  });
}
