// Builds dist/: the program (lazily loaded chunks), the library, one file per worker, and the library's declarations.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const root = new URL('.', import.meta.url).pathname;
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  define: { 'globalThis.PCAPSH_VERSION': JSON.stringify(version) },
  // Puts numeric constants where they are used: a bundle's top-level constants are variables to the compiler, read anew in every turn of a hot loop.
  minifySyntax: true,
  sourcemap: 'linked',
  legalComments: 'eof',
  logLevel: 'warning',
};
rmSync(`${root}dist`, { recursive: true, force: true });
// Bundled apart: entries that share chunks would cut the program into many more files, and each file costs a millisecond at every start.
await Promise.all([
  build({ ...common, entryPoints: { pcapsh: 'session/main.ts' }, splitting: true, chunkNames: '[name]-[hash]' }),
  build({ ...common, entryPoints: { index: 'src/index.ts' }, packages: 'external' }),
  build({
    ...common,
    entryPoints: { 'index-worker': 'src/plan/index-worker.ts', 'verify-worker': 'src/plan/verify-worker.ts' },
  }),
]);
chmodSync(`${root}dist/pcapsh.js`, 0o755);
if (process.argv.includes('--types')) {
  const tsc = spawnSync(
    `${root}node_modules/.bin/tsc`,
    ['--declaration', '--emitDeclarationOnly', '--rootDir', '.', '--outDir', 'dist/types', '-p', 'tsconfig.build.json'],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = tsc.status ?? 1;
}
