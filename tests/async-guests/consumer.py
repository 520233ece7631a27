# Makes of a feed what the desk offers, as Python that componentize-py turns into a component (it holds the interpreter, some
# 20 MB). Cancelling a call is nothing that its bindings offer.

from wit_world import exports, byte_stream
from wit_world.imports import feed
from componentize_py_types import Err
import asyncio

MAX_CHUNK = 65536
total_of = sum


class Desk(exports.Desk):
    async def ask(self, times):
        return total_of([await feed.now() for _ in range(times)])

    async def wait(self, turns):
        return await feed.later(turns)

    async def check(self, name):
        try:
            return "long" if await feed.check(name) > 5 else "short"
        except Err as error:
            return error.value

    async def total(self, count, chunk):
        return await sum_of(await feed.bytes(count, chunk), 1 << 32, chunk or MAX_CHUNK)

    async def table(self, count):
        lines = []
        with await feed.readings(count) as readings:
            while True:
                some = await readings.read(4)
                if not some:
                    return lines
                for reading in some:
                    lines.append(" ".join([f"{reading.number} {reading.label}:", *map(str, reading.levels)]))

    async def note(self, text):
        return await (await feed.note(text)).read()

    async def send(self, count, chunk):
        chunk = min(chunk or MAX_CHUNK, MAX_CHUNK)
        writer, reader = byte_stream()
        async def write():
            with writer:
                for start in range(0, count, chunk):
                    await writer.write_all(bytes(i & 255 for i in range(start, min(start + chunk, count))))
        result, _ = await asyncio.gather(feed.sum(reader), write())
        return result

    async def through(self, input):
        return await feed.upper(input)

    async def leave_early(self, count, read):
        return await sum_of(await feed.bytes(count, 64), read, 100)

    async def give_up(self):
        return "cannot"


async def sum_of(stream, limit, chunk):
    result = 0
    with stream:
        while limit > 0:
            some = await stream.read(min(chunk, limit))
            if not some:
                break
            limit -= len(some)
            result += total_of(some)
    return result
