// Nothing here is for components, but two things that every page with top-level await or a strict policy needs.

export default {
  build: {
    target: 'es2022',
    // Vite puts small files into the code as `data:` URLs, which a content security policy may forbid to fetch.
    assetsInlineLimit: 0,
  },
  // The server that `npm run vite:dev` starts has all recipes beneath it; it is to look for imports in this page only.
  optimizeDeps: { entries: 'vite/index.html' },
};
