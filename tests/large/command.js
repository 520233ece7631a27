// A command, as JavaScript that componentize-js turns into a component: for `corefuse run`, which needs no Node.

import { getArguments, getEnvironment } from 'wasi:cli/environment@0.2.12';

export const run = {
  run() {
    const [, ...names] = getArguments();
    if (names.length === 0) throw undefined;
    const variables = getEnvironment().map((pair) => pair.join('='));
    console.log(`hello ${names.join(' and ')}; ${variables}; ${Math.random() < 1 && Date.now() > 0}`);
  },
};
