// Searches a file while it is downloaded. Serve the repository's folder and open examples/async/page.html; no bundler is
// needed. The component never waits on its stack, so this needs no JSPI.

import { instantiate } from '../../js-loader/src/browser.js';

const list = /** @type {HTMLElement} */ (document.getElementById('lines'));
const searchedElement = /** @type {HTMLElement} */ (document.getElementById('searched'));
try {
  const { exports } = await instantiate(new URL('dist/search.plan.json', import.meta.url));
  const { body } = await fetch(new URL('search.c', import.meta.url));
  const [lines, searched] = await exports.search.find(body, 'stream');
  for await (const { number, text } of lines) {
    const item = document.createElement('li');
    item.value = number;
    item.textContent = text;
    list.append(item);
  }
  searchedElement.textContent = `${await searched} lines were searched.`;
  document.body.dataset.state = 'done';
} catch (error) {
  searchedElement.textContent = error instanceof Error ? (error.stack ?? error.message) : String(error);
  document.body.dataset.state = 'failed';
}
