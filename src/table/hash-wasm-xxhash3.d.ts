/** The part of hash-wasm that holds XXH3 alone: it loads in a third of the time of the whole package, which has no types for it. */
declare module 'hash-wasm/dist/xxhash3.umd.min.js' {
  import type { createXXHash3 } from 'hash-wasm';

  const exports: { createXXHash3: typeof createXXHash3 };
  export default exports;
}
