// Searches a log while it is written: the text goes into the component as a stream, the lines that it finds come out as
// another, each as soon as it is complete.

import { setTimeout } from 'node:timers/promises';
import { instantiate } from './dist/search.js';

/** What happens in a shop, as bytes. A `ReadableStream` would do as well, and so would a request's body. */
async function* log() {
  const encoder = new TextEncoder();
  for (const event of ['Zoë comes in', 'Zoë buys two croissants', 'Yves comes in', 'the last croissant is gone', 'Zoë leaves']) {
    await setTimeout(20);
    console.log(`[shop] ${event}`);
    yield encoder.encode(`${event}\n`);
  }
}

const { exports } = await instantiate();
const [lines, searched] = await exports.search.find(log(), 'croissant');
for await (const { number, text } of lines) console.log(`  line ${number} has it: ${text}`);
console.log(`${await searched} lines were searched`);
