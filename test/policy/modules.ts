import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program's modules and what they name in imports, found by a plain scan: types count too, which a bundler would have erased. */

/** Root of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export interface Import {
  /** The module that imports, relative to the root: `src/plan/open.ts`. */
  from: string;
  /** What it imports: such a path, or a package as it is written. */
  to: string;
}

/** Modules below a folder of the root, sorted: `src/plan/open.ts`. */
export function modulesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mts|mjs)$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** Imports and re-exports stand at the start of a line (the formatter sees to it) and end in `from '…'`; the rest are `import('…')`. */
const STATIC = /^(?:import|export)\b(?:[^'";]*?\bfrom)?\s*'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'/g;

/** Everything that a module imports, statically or not, types included. */
export function importsOf(module: string): Import[] {
  const text = readFileSync(join(root, module), 'utf8');
  return [...text.matchAll(STATIC), ...text.matchAll(DYNAMIC)].map(([, specifier]) => ({
    from: module,
    to: specifier.startsWith('.') ? normalize(join(dirname(module), specifier)).replace(/\.js$/, '.ts') : specifier,
  }));
}
