// A static file server for test pages, on a free port of the loopback interface.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * @typedef {(path: string, response: import("node:http").ServerResponse) => boolean | Promise<boolean>} Answer
 *
 * @param {Record<string, string>} roots folders by the first part of a URL's path; the empty one is for all other paths
 * @param {{headers?: Record<string, string>, onReport?: (report: any) => void, answer?: Answer}} [options] `headers` go
 *   with every answer; `onReport` gets what a page posts to `/report`; `answer` is asked first, and says whether it
 *   answered (it may as well wait, or set headers)
 * @returns {Promise<{origin: string, close: () => void}>}
 */
export async function serve(roots, { headers = {}, onReport, answer } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (request.method === 'POST' && path === '/report') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      onReport?.(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(204).end();
      return;
    }
    // Browsers ask for it by themselves.
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (await answer?.(path, response)) return;
    const [, first, ...rest] = path.split('/');
    const root = roots[first] ?? roots[''];
    const file = root && normalize(join(root, ...(first in roots ? rest : [first, ...rest])));
    if (!file || !file.startsWith(normalize(root + sep))) {
      response.writeHead(404).end();
      return;
    }
    try {
      const body = await readFile(file);
      response.writeHead(200, {
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'content-length': body.length,
        ...headers,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end(`no such file: ${path}`);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
