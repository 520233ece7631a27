// Two components composed into one: calls between them do not pass through JavaScript, nor do their strings.

import { instantiate } from './dist/greeting.js';

const { exports } = await instantiate();
for (const language of ['en', 'fr', 'ja']) console.log(exports.greet('Zoë', language));
try {
  exports.greet('Zoë', 'xx');
} catch (error) {
  console.log(`${error.name}: ${error.payload}`);
}
