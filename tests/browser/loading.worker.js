// The worker of `loading.page.js`: instantiates a component and calls one of its functions.

import { compileSync, instantiate } from '../../js-loader/src/browser.js';

onmessage = async ({ data: { plan, modules, call, args } }) => {
  try {
    // Given all modules as bytes it does so at once, which a worker may whatever their size.
    const getModule = (file) => modules[file];
    const { exports } = modules ? compileSync(plan, { getModule }).instantiateSync() : await instantiate(plan);
    postMessage([null, exports[call](...args)]);
  } catch (error) {
    postMessage([`${error.name}: ${error.message}`, null]);
  }
};
