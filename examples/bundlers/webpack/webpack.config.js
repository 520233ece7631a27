// webpack needs no settings for components: it copies and renames what `new URL(..., import.meta.url)` points to.

export default {
  mode: 'production',
  entry: './main.js',
  output: { path: `${import.meta.dirname}/dist`, filename: 'main.js', clean: true },
};
