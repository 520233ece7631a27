/** Codecs of the types whose values live on: streams, futures and error contexts. */
import { Mismatch } from '../errors.js';
import { isNumeric } from './builtins.js';
import { Channel, addEnd, takeReadable } from './channels.js';
import { ErrorContext } from './error-contexts.js';
import { FutureReader, HostPromise } from './futures.js';
import { HostReader, HostWriter, StreamReader, iteratorOf } from './streams.js';

/** @typedef {import('../memory.js').Context} Context */
/** @typedef {import('./scheduler.js').Scheduler} Scheduler */

/**
 * The ways of a type whose values are handles.
 *
 * @param {(instance: import('./instances.js').InstanceState, handle: number) => any} lift
 * @param {(cx: Context, instance: import('./instances.js').InstanceState, value: any) => number} lower
 * @returns {import('../codec.js').Ways}
 */
function handleWays(lift, lower) {
  /** @param {Context} cx */
  const instanceOf = ({ root, instanceIndex }) => /** @type {import('./part.js').AsyncPart} */ (root.async).scheduler.instance(instanceIndex);
  return {
    lift: (cx, at, flat) => lift(instanceOf(cx), flat ? flat[at] : cx.memory.view.getUint32(at, true)),
    lower: (cx, value, at, flat) => {
      const handle = lower(cx, instanceOf(cx), value);
      if (flat) flat[at] = handle;
      else cx.memory.view.setUint32(at, handle, true);
    },
  };
}

/**
 * Gives a guest the readable end of what JavaScript has: of something new, or of what a guest of the same component gave.
 *
 * @param {import('../plan-format.js').Type[]} types
 * @param {import('./channels.js').Kind} kind
 * @param {number | null} element type
 * @param {(value: any) => HostReader | undefined} endOf
 * @param {(scheduler: Scheduler, channel: Channel, value: any) => HostWriter | HostPromise} makeSource
 * @returns {(cx: Context, instance: import('./instances.js').InstanceState, value: any) => number}
 */
function giving(types, kind, element, endOf, makeSource) {
  const numeric = isNumeric(types, element);
  return (cx, instance, value) => {
    const { scheduler } = instance;
    const end = endOf(value);
    let channel;
    if (end?.scheduler === scheduler) channel = passOn(cx, end, element, value);
    else {
      const made = (channel = new Channel(kind, element, numeric));
      const source = (made.source = makeSource(scheduler, made, value));
      // Where the call does not take place, what the host gave stays as it was.
      cx.undo?.push(() => {
        made.isDropped = true;
        scheduler.suppliers.delete(source);
      });
    }
    const handle = addEnd(instance, channel, false);
    cx.undo?.push(() => instance.remove(handle));
    return handle;
  };
}

/**
 * Passes on the end of a guest's stream or future that JavaScript holds.
 *
 * @param {Context} cx
 * @param {HostReader} end
 * @param {number | null} element type
 * @param {unknown} value that stands for it
 * @returns {Channel}
 */
function passOn(cx, end, element, value) {
  const { channel, scheduler } = end;
  if (!channel || channel.pending === end) throw new TypeError(`this ${value?.constructor.name} was dropped, given away or is being read`);
  if (channel.element !== element) throw new Mismatch('one with elements of the same type', value);
  end.release();
  cx.undo?.push(() => {
    end.channel = channel;
    scheduler.outstanding++;
  });
  return channel;
}

/**
 * Codecs by kind, as `codec.js` makes them.
 *
 * @type {Record<string, (type: any, codecs: import('../codec.js').Codecs, flat: any) => import('../codec.js').Ways>}
 */
export const ASYNC_CODECS = {
  stream: ({ element }, { types }) => {
    const areChunks = element !== null && isNumeric(types, element);
    return handleWays(
      (instance, handle) => new StreamReader(new HostReader(instance.scheduler, takeReadable(instance, handle, 'stream', element)), areChunks),
      giving(types, 'stream', element, StreamReader.endOf, (scheduler, channel, value) => new HostWriter(scheduler, channel, iteratorOf(value, areChunks))),
    );
  },
  future: ({ element }, { types }) => {
    const isFallible = element !== null && types[element].kind === 'result';
    return handleWays(
      (instance, handle) => new FutureReader(new HostReader(instance.scheduler, takeReadable(instance, handle, 'future', element))),
      giving(types, 'future', element, FutureReader.endOf, (scheduler, channel, value) => new HostPromise(scheduler, channel, value, isFallible)),
    );
  },
  errorContext: () =>
    handleWays(
      (instance, handle) => instance.get(handle, ErrorContext),
      (_, instance, value) => instance.add(value instanceof ErrorContext ? value : new ErrorContext(String(value?.debugMessage ?? value?.message ?? value))),
    ),
};
