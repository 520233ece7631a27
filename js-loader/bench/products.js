// The components of the table of what an application loads.

/**
 * @typedef {object} Product
 * @property {string} id
 * @property {string} name
 * @property {string} source its path, seen from here
 * @property {boolean} [isAsync] whether it needs the loader's async part
 */

/** @type {Product[]} */
export const PRODUCTS = [
  { id: 'add', name: 'add', source: 'guests/add.wat' },
  { id: 'every-type', name: 'every type', source: '../../tests/declarations/everything.wat' },
  { id: 'compose', name: 'example: compose', source: '../../examples/compose/greeting.wat' },
  { id: 'host-interface', name: 'example: host-interface', source: '../../examples/host-interface/diary.wat' },
  { id: 'shop', name: 'example: shop', source: '../../examples/shop/shop.wasm' },
  { id: 'async', name: 'example: async', source: '../../examples/async/search.wasm', isAsync: true },
];
