/**
 * Where the async part, a module of its own that only some plans need, makes itself known when it is loaded.
 */

/** @type {{ attach?: (root: import('./root.js').Root, options: import('./compiled.js').InstanceOptions) => import('./async/part.js').AsyncPart | undefined }} */
export const asyncPart = {};
