import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { useBundle } from '../support/bundle.js';
import { enterFolder } from './fixture.js';

const OFFICE = 'examples/office.pcapng';
const program = useBundle('session/main.ts');

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

/** The real program in a shell, `$P`; with what its pipes came to behind the last line. */
function shell(script: string): { status: number | null; out: string; err: string } {
  const run = spawnSync(
    'bash',
    [
      '-c',
      `P="node --no-warnings --import=data:text/javascript,globalThis.PCAPSH_VERSION=0 ${program('main')}"; ${script}`,
    ],
    {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, XDG_STATE_HOME: process.cwd(), XDG_CONFIG_HOME: process.cwd() },
    },
  );
  return { status: run.status, out: run.stdout, err: run.stderr };
}

test('whoever reads us may leave; what is still to be written is written', () => {
  writeFileSync('s.pcapsh', `x = load ${OFFICE}\nx\nx\nx\nx | write whole.pcapng\n`);
  expect(shell('$P run s.pcapsh | head -1; exit ${PIPESTATUS[0]}')).toMatchObject({ status: 0, err: '' });
  expect(readFileSync('whole.pcapng')).toEqual(readFileSync(OFFICE));
  const packets = shell(`$P write ${OFFICE} ${OFFICE} ${OFFICE} -o - | head -c 1 > /dev/null; exit \${PIPESTATUS[0]}`);
  expect([0, 1]).toContain(packets.status); // it may have come through before the reader left
  expect(packets.err).not.toContain('Error:');
});

const full = existsSync('/dev/full') ? test : test.skip;
full('what could not be printed is a failure, in one sentence', () => {
  for (const argv of [`count ${OFFICE}`, `stats ${OFFICE} --json`, `write ${OFFICE} -o -`]) {
    const { status, err } = shell(`$P ${argv} > /dev/full`);
    expect([argv, status, err]).toEqual([
      argv,
      1,
      expect.stringContaining('standard output cannot be written: no space'),
    ]);
    expect(err).not.toContain('at ');
  }
});

test('a capture from standard input leaves no commands to read', () => {
  const { status, out, err } = shell(`$P - < ${OFFICE}`);
  expect([status, out, err]).toEqual([
    0,
    expect.stringContaining('pcapng · Ethernet'),
    expect.stringContaining('copied'),
  ]);
});

test('what another program reads is cut to COLUMNS where that is set, and else not at all', () => {
  const widest = ({ out }: { out: string }): number => Math.max(...out.split('\n').map((line) => line.length));
  const list = `$P preview ${OFFICE} 20 --columns number,time,source,destination,protocols,info | cat`;
  expect(widest(shell(`export COLUMNS=72; ${list}`))).toBe(72);
  const whole = shell(`unset COLUMNS; ${list}`);
  expect(widest(whole)).toBeGreaterThan(110);
  expect(whole.out).not.toContain('…\n');
});
