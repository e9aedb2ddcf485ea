// Builds dist/: the program (lazily loaded chunks), the library, one file per worker, and the library's declarations.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const root = new URL('.', import.meta.url).pathname;
rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    pcapsh: 'session/main.ts',
    index: 'src/index.ts',
    'index-worker': 'src/plan/index-worker.ts',
    'verify-worker': 'src/plan/verify-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  chunkNames: '[name]-[hash]',
  define: { 'globalThis.PCAPSH_VERSION': JSON.stringify(version) },
  sourcemap: 'linked',
  legalComments: 'none',
  logLevel: 'warning',
});
chmodSync(`${root}dist/pcapsh.js`, 0o755);
if (process.argv.includes('--types')) {
  const tsc = spawnSync(
    `${root}node_modules/.bin/tsc`,
    ['--declaration', '--emitDeclarationOnly', '--rootDir', '.', '--outDir', 'dist/types', '-p', 'tsconfig.build.json'],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = tsc.status ?? 1;
}
