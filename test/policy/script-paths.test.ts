import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { root } from './modules.js';

/** What the program loads: scripts never see the terminal UI or a native module, and `--version` loads next to nothing. */

const ENTRY = 'session/main.ts';
/** Loads ink; scripts, one-shot commands and the plain prompt never go there. */
const NOTEBOOK = 'session/notebook/';
/** Loaded by one file each where they are used; never on the way of a script that does not use them. */
const NEVER = ['ink', 'react', 'better-sqlite3', 'raw-socket', 'koffi', '@duckdb/node-api'];

async function readGraph(entry: string): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    outdir: 'unused',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  return metafile.inputs;
}

interface Reached {
  modules: Set<string>;
  packages: Set<string>;
}

/** Modules and packages that are loaded with `entry`: its static imports, and with `lazily` everything that it may load later. */
function reach(graph: Metafile['inputs'], entry: string, { lazily }: { lazily: boolean }): Reached {
  const reached: Reached = { modules: new Set(), packages: new Set() };
  const visit = (module: string): void => {
    if (reached.modules.has(module) || module.startsWith(NOTEBOOK)) return;
    reached.modules.add(module);
    for (const { path, kind, external } of graph[module].imports) {
      if (kind === 'dynamic-import' && !lazily) continue;
      if (external !== true) visit(path);
      else if (!path.startsWith('node:')) reached.packages.add(packageName(path));
    }
  };
  visit(entry);
  return reached;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Whether a package brings machine code, or makes it when it is installed. */
function isNative(name: string): boolean {
  const folder = join(root, 'node_modules', name);
  const { scripts = {}, gypfile } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (gypfile === true || scripts.install !== undefined || scripts.postinstall !== undefined) return true;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((file) => file.endsWith('.node'));
}

describe('what scripts load', () => {
  let graph: Metafile['inputs'];
  beforeAll(async () => {
    graph = await readGraph(ENTRY);
  });

  test('the walk sees commands, engine and packages', () => {
    const { modules, packages } = reach(graph, ENTRY, { lazily: true });
    expect(modules).toContain('commands/filter.ts');
    expect(modules).toContain('src/plan/workspace.ts');
    expect(packages).toContain('chalk');
  });

  test('no terminal UI and no native module, not even lazily', () => {
    const { packages } = reach(graph, ENTRY, { lazily: true });
    expect([...packages].filter((name) => NEVER.includes(name) || isNative(name))).toEqual([]);
  });

  test('the entry point alone is loaded for --version', () => {
    const { modules, packages } = reach(graph, ENTRY, { lazily: false });
    expect([...modules]).toEqual([ENTRY]);
    expect([...packages]).toEqual([]);
  });

  test('the workers and the library load no terminal UI and no native module', async () => {
    for (const entry of ['src/index.ts', 'src/plan/index-worker.ts', 'src/plan/verify-worker.ts']) {
      const { packages } = reach(await readGraph(entry), entry, { lazily: true });
      expect([...packages].filter((name) => [...NEVER, 'chalk'].includes(name) || isNative(name))).toEqual([]);
    }
  });
});

/** Files of dist/ that are loaded with one of them, by their static imports. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, specifier] of text.matchAll(/^(?:import|export)\b(?:[^'";]*?\bfrom)?\s*"(\.[^"]+)"/gm)) {
    loadedWith(join(dirname(file), specifier), seen);
  }
  return seen;
}

describe('the built program', () => {
  test('dist/pcapsh.js holds the entry point and no other module until it needs one', () => {
    const entry = join(root, 'dist/pcapsh.js');
    if (!existsSync(entry)) throw new Error('dist/pcapsh.js is missing: run `npm run build` first');
    const sources = [...loadedWith(entry)].flatMap((file) => JSON.parse(readFileSync(`${file}.map`, 'utf8')).sources);
    expect(sources).toEqual([`../${ENTRY}`]);
  });
});
