import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './modules.js';

/** What the project depends on: each package with its reason, all of them free to use, none that compiles or downloads at install. */

const DEPENDENCIES: Readonly<Record<string, string>> = {
  chalk: 'colour that honours NO_COLOR, FORCE_COLOR and what the terminal can do',
  fzstd: 'zstd read as a stream where node:zlib lacks it (before Node 22.15)',
  'hash-wasm': 'XXH3-64, on which the flow ID is defined',
  json5: 'the configuration file',
  re2js: 'regular expressions on payload in linear time, whatever the expression',
  'xxhash-wasm': 'XXH64 of the index file and of the fingerprint of a capture',
};

const DEVELOPMENT: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'lint and format, one program without plugins',
  '@swc/core': 'TypeScript to JavaScript for the tests',
  '@swc/jest': 'the same, as jest calls it',
  '@types/jest': 'types of the test functions',
  '@types/node': 'types of Node 20, the oldest that is supported',
  esbuild: 'the bundle: starts in half the time of single modules',
  'fast-check': 'properties',
  jest: 'tests, coverage',
  typescript: 'types, and the declarations of the library',
};

const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
];

interface LockedPackage {
  version?: string;
  resolved?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const locked = Object.entries(lock.packages as Record<string, LockedPackage>).filter(([path]) => path !== '');
const production = locked.filter(([, { dev }]) => dev !== true);

/** Whether a licence expression (SPDX) leaves a permissive choice; of `A AND B` both must be. */
function isPermissive(expression: string): boolean {
  const plain = expression.replace(/[()]/g, '');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((name) => PERMISSIVE.includes(name.trim())));
}

describe('dependencies', () => {
  test('are those of the list, each with its reason', () => {
    const runtime = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
    expect(Object.keys(runtime).sort()).toEqual(Object.keys(DEPENDENCIES).sort());
    expect(Object.keys(manifest.devDependencies).sort()).toEqual(Object.keys(DEVELOPMENT).sort());
  });

  test('that are installed with the program have permissive licences', () => {
    expect(production.length).toBeGreaterThanOrEqual(Object.keys(DEPENDENCIES).length);
    const strict = production.filter(([path]) => {
      const file = join(root, path, 'package.json');
      // Packages of other platforms are not here; the lockfile says what they are.
      const license = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).license : lock.packages[path].license;
      return typeof license !== 'string' || !isPermissive(license);
    });
    expect(strict.map(([path]) => path)).toEqual([]);
  });

  test('the judgement of licences', () => {
    expect(isPermissive('MIT')).toBe(true);
    expect(isPermissive('(GPL-3.0 OR MIT)')).toBe(true);
    expect(isPermissive('MIT AND GPL-3.0')).toBe(false);
    expect(isPermissive('AGPL-3.0-only')).toBe(false);
  });

  test('run nothing when they are installed', () => {
    const scripted = production.filter(([, { hasInstallScript, optional }]) => hasInstallScript && optional !== true);
    expect(scripted.map(([path]) => path)).toEqual([]);
  });
});

describe('the lockfile', () => {
  test('names every package of every platform at one version: npm ci refuses otherwise', () => {
    const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          lock.packages[`node_modules/${name}`] === undefined &&
          lock.packages[`${path}/node_modules/${name}`] === undefined,
      ),
    );
    expect(missing).toEqual([]);
    expect(locked.filter(([, { version }]) => version === undefined)).toEqual([]);
  });

  test('names no registry: each installs from its own', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  test('belongs to package.json', () => {
    expect(lock.packages[''].dependencies).toEqual(manifest.dependencies);
    expect(lock.packages[''].devDependencies).toEqual(manifest.devDependencies);
    expect(lock.version).toBe(manifest.version);
  });
});
