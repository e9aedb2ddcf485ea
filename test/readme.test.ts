import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GROUPS } from '../commands/command.js';
import { commands } from '../commands/index.js';

/*
 * The README is true to the program: every console block in it is run and must give what stands there, and its table of commands is the declarations'.
 * `npm test -- --update` (or PCAPSH_UPDATE=1) rewrites both.
 */

const README = resolve('README.md');
const UPDATE = process.env.PCAPSH_UPDATE === '1';

/** Runs a line in a shell that knows `pcapsh`, as a new user's terminal of 80 columns would. */
function runLine(line: string, folder: string): string {
  const { stdout } = spawnSync('bash', ['-c', line], {
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
      HOME: folder,
      XDG_CACHE_HOME: folder,
      XDG_STATE_HOME: folder,
      XDG_CONFIG_HOME: folder,
      NO_COLOR: '1',
      COLUMNS: '80',
      NODE_OPTIONS: '',
    },
  });
  return stdout
    .replace(/"ms":[\d.]+/g, '"ms":…')
    .replace(/[ \t]+$/gm, '')
    .trimEnd();
}

/** The console blocks of a text with their lines run anew. */
function runBlocks(text: string, folder: string): string {
  return text.replace(/```console\n([\s\S]*?)```/g, (_, body: string) => {
    const lines = body.split('\n').filter((line) => line.startsWith('$ '));
    const answers = lines.map((line) => `${line}\n${runLine(line.slice(2), folder)}`);
    return `\`\`\`console\n${answers.join('\n')}\n\`\`\``;
  });
}

function commandTable(): string {
  const rows = GROUPS.flatMap((group) =>
    commands
      .filter((command) => command.group === group)
      .map(({ name, summary }) => `| ${group} | \`${name}\` | ${summary} |`),
  );
  return ['| group | command | |', '| --- | --- | --- |', ...rows].join('\n');
}

function withTable(text: string): string {
  return text.replace(/<!-- commands -->[\s\S]*?(?=\n\n`pcapsh help)/, `<!-- commands -->\n\n${commandTable()}`);
}

test('the README shows what the program prints, and names its commands', () => {
  const program = resolve('dist/pcapsh.js');
  expect(existsSync(program)).toBe(true);
  const folder = mkdtempSync(join(tmpdir(), 'pcapsh-readme-'));
  try {
    writeFileSync(join(folder, 'pcapsh'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(join(folder, 'pcapsh'), 0o755);
    const written = readFileSync(README, 'utf8');
    const fresh = withTable(runBlocks(written, folder));
    if (UPDATE) writeFileSync(README, fresh);
    else expect(written).toBe(fresh);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
