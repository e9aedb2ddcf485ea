import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { root } from './modules.js';

/**
 * What the program loads: scripts never see the terminal UI or a native module, `--version` loads next to nothing, and what shows no packet loads nothing that
 * takes packets apart.
 */

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

interface Ways {
  lazily: boolean;
  /** Modules that are not followed where they are loaded later. */
  except?: readonly string[];
}

/** Modules and packages that are loaded with `entry`: its static imports, and with `lazily` everything that it may load later. */
function reach(graph: Metafile['inputs'], entry: string, { lazily, except = [] }: Ways): Reached {
  const reached: Reached = { modules: new Set(), packages: new Set() };
  const visit = (module: string): void => {
    if (reached.modules.has(module) || module.startsWith(NOTEBOOK)) return;
    reached.modules.add(module);
    for (const { path, kind, external } of graph[module].imports) {
      if (kind === 'dynamic-import' && (!lazily || except.includes(path))) continue;
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

/** Where the decoders are loaded, when they are first needed: for packets, for the list of protocols, and for names in packets that are searched for. */
const DOORS = ['src/decode/dissect.ts', 'src/decode/known-protocols.ts', 'src/filter/content/packet-names.ts'];
/** What reads the headers of a protocol above a transport. */
const LAYER = /-layer\.ts$/;
/** Every reader of headers makes its fields with this one. */
const FIELDS = 'src/decode/dissector.ts';
/** Source of src/decode that is loaded at every start, bytes: tables of names would not fit. */
const MOST_RECOGNITION = 200 * 1024;

/** Modules that read headers, among some. */
function decodersOf(graph: Metafile['inputs'], modules: Iterable<string>): string[] {
  const isDecoder = (module: string): boolean =>
    DOORS.includes(module) || module === FIELDS || graph[module].imports.some(({ path }) => path === FIELDS);
  return [...modules].filter(isDecoder);
}

function decodeBytes(graph: Metafile['inputs'], modules: Iterable<string>): number {
  return [...modules]
    .filter((module) => module.startsWith('src/decode/'))
    .reduce((sum, module) => sum + graph[module].bytes, 0);
}

describe('decoders', () => {
  test('are loaded by the program through their doors only', async () => {
    const graph = await readGraph(ENTRY);
    const { modules } = reach(graph, ENTRY, { lazily: true, except: DOORS });
    expect(modules).toContain('commands/show.ts');
    expect(modules).toContain('src/decode/application/dns.ts');
    expect(decodersOf(graph, modules)).toEqual([]);
    expect(decodeBytes(graph, modules)).toBeLessThan(MOST_RECOGNITION);
    expect(decodersOf(graph, reach(graph, ENTRY, { lazily: true }).modules).length).toBeGreaterThan(50);
  });

  test('are no part of the index worker, and loaded by the library when packets are first handed out', async () => {
    const worker = 'src/plan/index-worker.ts';
    const ofWorker = await readGraph(worker);
    expect(decodersOf(ofWorker, reach(ofWorker, worker, { lazily: true }).modules)).toEqual([]);
    const library = await readGraph('src/index.ts');
    expect(decodersOf(library, reach(library, 'src/index.ts', { lazily: false }).modules)).toEqual([]);
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

/** Modules of the files of dist/ that a run of the program loads, in all its threads. `OUT` is a folder for what it writes. */
function modulesOfRun(args: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'pcapsh-loaded-'));
  try {
    const line = args.map((arg) => arg.replace('OUT', folder));
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/pcapsh.js'), ...line], {
      env: { ...process.env, NODE_V8_COVERAGE: folder, NODE_OPTIONS: '' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const loaded = readdirSync(folder)
      .filter((name) => name.startsWith('coverage-'))
      .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).result)
      .map(({ url }: { url: string }) => url)
      .filter((url) => url.startsWith('file:') && dirname(fileURLToPath(url)) === join(root, 'dist'));
    return loaded
      .flatMap((url) => JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')).sources)
      .map((source: string) => source.replace('../', ''));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the built program', () => {
  const office = join(root, 'examples/office.pcapng');

  test.each<[string, string[]]>([
    ['stats', ['stats', office]],
    ['flows', ['flows', office]],
    ['count', ['count', office, '--filter', 'tcp']],
    ['filter into a file', ['filter', office, '-o', 'OUT/tcp.pcapng', 'tcp']],
    ['write', ['write', office, '-o', 'OUT/all.pcapng']],
  ])('%s loads no decoder', (_what, args) => {
    const modules = modulesOfRun(args);
    expect(modules).toContain('src/decode/application/dns.ts');
    expect(modules.filter((module) => DOORS.includes(module) || module === FIELDS || LAYER.test(module))).toEqual([]);
  });

  test('show loads them', () => {
    expect(modulesOfRun(['show', office, '1'])).toEqual(expect.arrayContaining([DOORS[0], FIELDS]));
  });

  test('dist/pcapsh.js holds the entry point and no other module until it needs one', () => {
    const entry = join(root, 'dist/pcapsh.js');
    if (!existsSync(entry)) throw new Error('dist/pcapsh.js is missing: run `npm run build` first');
    const sources = [...loadedWith(entry)].flatMap((file) => JSON.parse(readFileSync(`${file}.map`, 'utf8')).sources);
    expect(sources).toEqual([`../${ENTRY}`]);
  });
});
