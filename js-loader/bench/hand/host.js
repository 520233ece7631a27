// Hand-written JS between a host and the core modules of guests/host.wat: the work that the calls need, for exactly
// these types. Numbers and handles of the guest's own resources need none, so those rows are the raw exports.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ITEM_SIZE = 24;

/**
 * @param {{libc: WebAssembly.Module, main: WebAssembly.Module}} modules
 * @param {any} env what the host offers
 */
export function link(modules, env) {
  const libc = new WebAssembly.Instance(modules.libc, {}).exports;
  const { memory, cabi_realloc: realloc } = libc;
  let view = new DataView(memory.buffer);
  let bytes = new Uint8Array(memory.buffer);
  // Memory that grew has a new buffer, and the old one has no length.
  const refresh = () => {
    view = new DataView(memory.buffer);
    bytes = new Uint8Array(memory.buffer);
  };

  const readText = (at, size) => {
    if (bytes.length === 0) refresh();
    if (size >= 24) return decoder.decode(bytes.subarray(at, at + size));
    let text = '';
    for (let i = 0; i < size; i++) {
      const byte = bytes[at + i];
      if (byte >= 0x80) return decoder.decode(bytes.subarray(at, at + size));
      text += String.fromCharCode(byte);
    }
    return text;
  };
  let written = 0;
  // Returns where the text is, and leaves its size in `written`. Only text that is not ASCII takes more than its length.
  const writeText = (text) => {
    const { length } = text;
    const at = realloc(0, 0, 1, length);
    if (bytes.length === 0) refresh();
    let done = 0;
    if (length < 64) {
      for (; done < length; done++) {
        const unit = text.charCodeAt(done);
        if (unit >= 0x80) break;
        bytes[at + done] = unit;
      }
    } else {
      const result = encoder.encodeInto(text, bytes.subarray(at, at + length));
      if (result.read === length) done = length;
    }
    written = length;
    return done === length ? at : writeOtherText(text, at);
  };
  const writeOtherText = (text, old) => {
    const room = text.length * 3;
    const at = realloc(old, text.length, 1, room);
    if (bytes.length === 0) refresh();
    written = encoder.encodeInto(text, bytes.subarray(at, at + room)).written;
    return realloc(at, room, 1, written);
  };
  const readList = (at, count) => new Uint32Array(memory.buffer.slice(at, at + count * 4));
  const writeList = (list) => {
    const at = realloc(0, 0, 4, list.length * 4);
    new Uint32Array(memory.buffer, at, list.length).set(list);
    return at;
  };
  const readRecords = (at, count) => {
    if (view.byteLength === 0) refresh();
    const items = new Array(count);
    for (let i = 0; i < count; i++, at += ITEM_SIZE) {
      items[i] = {
        id: view.getUint32(at, true),
        weight: view.getFloat64(at + 8, true),
        name: readText(view.getUint32(at + 16, true), view.getUint32(at + 20, true)),
      };
    }
    return items;
  };
  const writeRecords = (items) => {
    const start = realloc(0, 0, 8, items.length * ITEM_SIZE);
    let at = start;
    for (const { id, weight, name } of items) {
      const text = writeText(name);
      if (view.byteLength === 0) refresh();
      view.setUint32(at, id, true);
      view.setFloat64(at + 8, weight, true);
      view.setUint32(at + 16, text, true);
      view.setUint32(at + 20, written, true);
      at += ITEM_SIZE;
    }
    return start;
  };
  const readBytes = (at, count) => bytes.slice(at, at + count);
  const writeBytes = (list) => {
    const at = realloc(0, 0, 1, list.length);
    if (bytes.length === 0) refresh();
    bytes.set(list, at);
    return at;
  };
  const readPoints = (at, count) => {
    if (view.byteLength === 0) refresh();
    const items = new Array(count);
    for (let i = 0; i < count; i++, at += 16) items[i] = { x: view.getUint32(at, true), y: view.getFloat64(at + 8, true) };
    return items;
  };
  const writePoints = (items) => {
    const start = realloc(0, 0, 8, items.length * 16);
    if (view.byteLength === 0) refresh();
    let at = start;
    for (const { x, y } of items) {
      view.setUint32(at, x, true);
      view.setFloat64(at + 8, y, true);
      at += 16;
    }
    return start;
  };
  const giveBack = (to, at, count) => {
    view.setUint32(to, at, true);
    view.setUint32(to + 4, count, true);
  };

  const objects = [undefined];
  const free = [];
  const main = new WebAssembly.Instance(modules.main, {
    libc,
    env: {
      add: env.add,
      mix: (a, b, x, y, some, o) => env.mix(a >>> 0, b, { x: x >>> 0, y }, some ? o >>> 0 : undefined),
      'take-text': (at, size) => env.takeText(readText(at, size)),
      'give-text': (size, to) => {
        const at = writeText(env.giveText(size));
        giveBack(to, at, written);
      },
      'take-list': (at, count) => env.takeList(readList(at, count)),
      'give-list': (to) => {
        const list = env.giveList();
        giveBack(to, writeList(list), list.length);
      },
      'take-records': (at, count) => env.takeRecords(readRecords(at, count)),
      'give-records': (to) => {
        const items = env.giveRecords();
        giveBack(to, writeRecords(items), items.length);
      },
      'take-bytes': (at, count) => env.takeBytes(readBytes(at, count)),
      'give-bytes': (to) => {
        const list = env.giveBytes();
        giveBack(to, writeBytes(list), list.length);
      },
      'take-points': (at, count) => env.takePoints(readPoints(at, count)),
      'give-points': (to) => {
        const items = env.givePoints();
        giveBack(to, writePoints(items), items.length);
      },
      'counter-drop': (handle) => {
        if (objects[handle] === undefined) throw new TypeError(`unknown handle index ${handle}`);
        objects[handle] = undefined;
        free.push(handle);
      },
      make: (start) => {
        const handle = free.pop() ?? objects.length;
        objects[handle] = new env.Counter(start);
        return handle;
      },
      'counter-add': (handle, n) => {
        const object = objects[handle];
        if (object === undefined) throw new TypeError(`unknown handle index ${handle}`);
        return object.add(n >>> 0);
      },
      'counter-new': (rep) => rep,
    },
  }).exports;

  class Counter {
    constructor(start) {
      this.rep = main.make(start);
    }
    add(n) {
      return main['counter-add'](this.rep, n) >>> 0;
    }
    // There is no destructor to call.
    [Symbol.dispose]() {
      this.rep = undefined;
    }
  }
  const result = (ret, read) => {
    if (view.byteLength === 0) refresh();
    const value = read(view.getUint32(ret, true), view.getUint32(ret + 4, true));
    main.given(ret);
    return value;
  };
  const api = {
    add: main.add,
    mix: (a, b, { x, y }, o) => main.mix(a, b, x, y, o === undefined ? 0 : 1, o === undefined ? 0 : o),
    takeText: (text) => {
      const at = writeText(text);
      return main['take-text'](at, written) >>> 0;
    },
    giveText: (size) => result(main['give-text'](size), readText),
    takeList: (list) => main['take-list'](writeList(list), list.length) >>> 0,
    giveList: () => result(main['give-list'](), readList),
    takeRecords: (items) => main['take-records'](writeRecords(items), items.length) >>> 0,
    giveRecords: () => result(main['give-records'](), readRecords),
    takeBytes: (list) => main['take-bytes'](writeBytes(list), list.length) >>> 0,
    giveBytes: () => result(main['give-bytes'](), readBytes),
    takePoints: (items) => main['take-points'](writePoints(items), items.length) >>> 0,
    givePoints: () => result(main['give-points'](), readPoints),
    Counter,
  };
  return {
    api,
    runAdd: main['run-add'],
    runMix: main['run-mix'],
    runTakeText: main['run-take-text'],
    runGiveText: main['run-give-text'],
    runTakeList: main['run-take-list'],
    runGiveList: main['run-give-list'],
    runTakeRecords: main['run-take-records'],
    runGiveRecords: main['run-give-records'],
    runTakeBytes: main['run-take-bytes'],
    runGiveBytes: main['run-give-bytes'],
    runTakePoints: main['run-take-points'],
    runGivePoints: main['run-give-points'],
    runMake: main['run-make'],
    runMethod: main['run-method'],
  };
}
