// Transpiles components with jco, in a thread of its own: after a panic jco is of no more use to the thread it is in.

import { parentPort } from 'node:worker_threads';
import { transpile } from '@bytecodealliance/jco';

parentPort.on('message', async ({ component, options }) => {
  try {
    const { files } = await transpile(component, options);
    parentPort.postMessage({ files });
  } catch (error) {
    parentPort.postMessage({ reason: String(error.payload ?? error.message ?? error) });
  }
});
