import { existsSync, readFileSync } from 'node:fs';
import { runProgram } from '../../session/program.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { enterFolder, testHost } from './fixture.js';

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

const OFFICE = 'examples/office.pcapng';
const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
let last: ReturnType<typeof testHost> | null = null;

/** Text without what moves the cursor. */
const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await pause(25);
  if (!condition())
    throw new Error(`it did not come; there is ${JSON.stringify(last?.out())} ${JSON.stringify(last?.err())}`);
}

test('first screen, a cell, completion, history, leaving', async () => {
  const host = (last = testHost({ terminal: true, environment: { NO_COLOR: '1' } }));
  const ended = runProgram([], host);
  await until(() => host.out().includes('pcapsh ›'));
  expect(plain(host.out())).toContain('the packet-capture shell');
  host.input.write(`load ${OFFICE}\r`);
  await until(() => /office [\d,]+ ›/.test(plain(host.out())));
  expect(plain(host.out())).toContain('pcapng · Ethernet · lan0, dmz0');
  host.clear();
  host.input.write('cou\t');
  await until(() => plain(host.out()).includes('count '));
  host.input.write('\r');
  await until(() => /^ {2}\d,\d{3}$/m.test(plain(host.out()).replaceAll('\r', '')));
  host.clear();
  for (const key of ['filter host 10.0.0.1', '\t', '\t']) {
    host.input.write(key);
    await pause(60);
  }
  await until(() => plain(host.out()).includes('10.0.0.12'));
  host.input.write('\x03');
  host.clear();
  host.input.write('filter host 2001:db8:\t\t'); // both tabs arrive at once
  await until(() => plain(host.out()).includes('2001:db8::9'));
  expect(host.out()).not.toContain('\t');
  // With how many packets each has.
  expect(plain(host.out())).toMatch(/2001:db8::9 +\d+/);
  host.input.write('\x03');
  host.clear();
  host.input.write('filter host 192\t\t');
  await until(() => plain(host.out()).includes('filter host 192.168.3.') || plain(host.out()).includes('.168.3.'));
  await pause(60);
  expect(plain(host.out())).not.toContain('.168.3..168.3.');
  host.input.write('\x03');
  await until(() => plain(host.out()).trimEnd().endsWith('›'));
  host.clear();
  host.input.write('laod x\r');
  await until(() => host.err().includes('did you mean load?'));
  expect(host.err()).toMatch(/^ {14,}────\n {2}✗ unknown command or handle "laod"/);
  host.clear();
  host.input.write('udp = filter \\\r');
  await pause(50);
  host.input.write('udp\r');
  await until(() => /udp [\d,]+ ›/.test(plain(host.out())));
  host.clear();
  host.input.write('\x03');
  await until(() => plain(host.out()).includes('Ctrl-D or exit leaves'));
  host.input.write('clear\r');
  await until(() => host.out().includes('\u001b[2J'));
  host.input.write('\x04');
  expect(await ended).toBe(0);
  expect(readFileSync('.local/state/pcapsh/history', 'utf8')).toContain('count');
});

test('Ctrl-C cancels the cell within 100 ms and keeps the session', async () => {
  const host = (last = testHost({ terminal: true }));
  const ended = runProgram([OFFICE], host, async (options) => {
    const engine = openWorkspace(options);
    return {
      ...engine,
      async load(paths, run) {
        const capture = await engine.load(paths, run);
        return { ...capture, summary: () => new Promise<never>(() => undefined) };
      },
      status: (capture) => ({ ...engine.status(capture), progress: { done: 1, total: 4, unit: 'bytes' } }),
    };
  });
  await until(() => /office [\d,]+/.test(plain(host.out())));
  host.input.write('stats\r');
  await until(() => host.err().includes('25 %'));
  const pressed = performance.now();
  host.input.write('\x03');
  await until(() => host.err().includes('cancelled'));
  expect(performance.now() - pressed).toBeLessThan(130);
  host.clear();
  host.input.write('count\r');
  await until(() => /\d,\d{3}/.test(plain(host.out())));
  host.input.write('exit\r');
  expect(await ended).toBe(0);
});

test('a dumb terminal gets the same words without the paint', async () => {
  const host = (last = testHost({ terminal: true, environment: { TERM: 'dumb' } }));
  const ended = runProgram([OFFICE], host);
  await until(() => host.out().includes('›'));
  host.input.write('filter arp | count\n');
  await until(() => / {2}\d+\n/.test(host.out()));
  host.input.write('clear\n');
  host.input.end();
  expect(await ended).toBe(0);
  expect(host.out()).not.toContain('\u001b');
  expect(existsSync('.local/state/pcapsh/history')).toBe(false);
});
