import { existsSync } from 'node:fs';

/**
 * Where a worker's bundle is: beside the program's own bundle, or in dist/ when the code runs from its source (tests). null when nothing was built: the
 * caller then works in its own thread.
 */
export function workerFile(name: 'index-worker' | 'verify-worker'): URL | null {
  for (const place of [`./${name}.js`, `../../dist/${name}.js`]) {
    const url = new URL(place, import.meta.url);
    if (existsSync(url)) return url;
  }
  return null;
}
