import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Result } from '../../commands/result.js';
import { pathFrom } from '../../session/compile.js';
import { splitLines } from '../../session/script.js';
import { asPcapshError, statusOf } from '../../session/session.js';
import type { PcapshError } from '../../src/errors.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { enterFolder, type Sitting, sit } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

let leave: () => void;
let sitting: Sitting;
beforeEach(() => {
  leave = enterFolder();
  sitting = sit();
});
afterEach(async () => {
  await sitting.workspace.close();
  leave();
});

const lastResult = (): Result => sitting.outcomes.at(-1)!.results.at(-1)!;
const lastError = (): PcapshError => sitting.outcomes.at(-1)!.error!;
const names = (): string[] => [...sitting.session.shelf().handles.keys()];

describe('handles', () => {
  test('assignments, the current handle, a lone load', async () => {
    await sitting.run(`web = load ${OFFICE}`, 'dns = web | filter port 53');
    expect(names()).toEqual(['web', 'dns']);
    expect(sitting.session.shelf().current).toBe('dns');
    await sitting.run('count');
    const dns = (lastResult() as { count: number }).count;
    await sitting.run('web | filter port 53 | count');
    expect(lastResult()).toMatchObject({ kind: 'count', count: dns });
    await sitting.run('filter src host 10.0.0.9');
    expect(lastResult()).toMatchObject({ kind: 'preview' });
    await sitting.run(`load ${OFFICE}`);
    expect(lastResult()).toMatchObject({ kind: 'handle', name: 'office', note: null, preview: { kind: 'preview' } });
    await sitting.run(`load ./${OFFICE}`);
    expect(names()).toEqual(['web', 'dns', 'office', 'office_1']);
    await sitting.run(`load ${OFFICE}`);
    expect(names()).toEqual(['web', 'dns', 'office', 'office_1']);
  });

  test('a name that is a command is bent, and the answer says so', async () => {
    writeFileSync('tail.pcap', readFileSync(OFFICE));
    await sitting.run('load tail.pcap');
    expect(lastResult()).toMatchObject({ kind: 'handle', name: 'tail_1', note: 'tail.pcap is called tail_1' });
  });

  test('an assignment computes nothing, a sink passes its input on', async () => {
    await sitting.run(`arp = load ${OFFICE} | filter arp | write arp.pcapng`);
    expect(sitting.outcomes[0].results.map((result) => result.kind)).toEqual(['written', 'handle']);
    await sitting.run('arp | write again.pcapng | count');
    expect(sitting.outcomes[1].results.map((result) => result.kind)).toEqual(['written', 'count']);
    expect(readFileSync('arp.pcapng').equals(readFileSync('again.pcapng'))).toBe(true);
  });

  test('pipelines in parentheses', async () => {
    await sitting.run(`web = load ${OFFICE}`, '(web | filter udp) | head 2 | count');
    expect(lastResult()).toMatchObject({ count: 2 });
    await sitting.run('x = ((web) | head 3)', 'x | count');
    expect(lastResult()).toMatchObject({ count: 3 });
  });

  test.each([
    ['web & (web | count)', '"count" answers a number, but "&" takes packets on both sides', [13, 18]],
    ['(web | stats) + (web | count)', '"stats" answers a summary, but "+" takes packets on both sides', [7, 12]],
    ['(handles) - web', '"handles" answers a list, but "-" takes packets on both sides', [1, 8]],
    ['(web | head ?) & web', '"head" answers help, but "&" takes packets on both sides', [7, 13]],
    ['(web | head 3 ?) & web', '"head" answers a preview, but "&" takes packets on both sides', [7, 15]],
    ['(web | head 3 ?) | count', '"head" answers a preview, but "count" takes packets', [19, 24]],
    ['head 3 ? | count', '"head" answers a preview, but "count" takes packets', [11, 16]],
    ['web | head ? | count', '"head" answers help, but "count" takes packets', [15, 20]],
    ['(web | count) | head', '"count" answers a number, but "head" takes packets', [16, 20]],
    ['x = (web | count)', '"count" answers a number, but "x" can only name packets', [11, 16]],
    ['x = web - lab | count', '"count" answers a number, but "x" can only name packets', [16, 21]],
    ['web | count | head', '"count" answers a number, but "head" takes packets', [14, 18]],
    ['web | load x', 'packets come out of the left side, but "load" takes nothing: it can only stand first', [6, 10]],
    ['web | stats | handles', '"stats" answers a summary, but "handles" takes nothing', [14, 21]],
    ['x = handles', '"handles" answers a list, but "x" can only name packets', [4, 11]],
    ['x = web | flows ?', '"flows" answers flows, but "x" can only name packets', [10, 17]],
    ['wbe | count', 'unknown command or handle "wbe"', [0, 3]],
    ['web & wbe', 'unknown command or handle "wbe"', [6, 9]],
    ['web | nth 0', 'positions begin at 1, not 0', [6, 11]],
    ['web | filter (tcp', null, null],
  ])('%s', async (line, message, span) => {
    await sitting.run(`web = load ${OFFICE}`, 'lab = web', line);
    if (line.startsWith('x = web - lab')) expect(lastError().kind).toBe('input');
    else {
      if (message !== null) expect(lastError().message).toBe(message);
      if (span !== null) expect(lastError().span).toEqual(span);
    }
    expect(sitting.outcomes.at(-1)!.status).toBe(2);
  });

  test('what to do where no capture is loaded', async () => {
    await sitting.run('count');
    expect(lastError()).toMatchObject({
      message: '"count" takes packets, and no capture is loaded',
      hint: 'load FILE opens one',
    });
  });

  test('undo and redo', async () => {
    await sitting.run('undo');
    expect(lastError().message).toBe('there is nothing to undo');
    await sitting.run(`web = load ${OFFICE}`, 'web = web | filter udp', 'undo');
    expect(lastResult()).toMatchObject({ text: `web is again: load ${OFFICE}` });
    await sitting.run('undo');
    expect(lastResult()).toMatchObject({ text: 'web is gone' });
    expect(names()).toEqual([]);
    await sitting.run('redo', 'redo');
    expect(lastResult()).toMatchObject({ text: 'web is again: web | filter udp' });
    await sitting.run('redo');
    expect(lastError().message).toBe('there is nothing to redo');
    await sitting.run('history');
    expect((lastResult() as { rows: { state: string }[] }).rows.map((row) => row.state)).toEqual([
      'failed',
      ...Array(6).fill('done'),
      'failed',
    ]);
    await sitting.run('undo', 'undo', 'redo');
    expect(lastResult()).toMatchObject({ text: `web is back: load ${OFFICE}` });
  });
});

describe('help', () => {
  test.each(['flows ?', 'web | flows ?', 'filter ?', 'help flows'])('%s', async (line) => {
    await sitting.run(`web = load ${OFFICE}`, line);
    expect(lastResult()).toMatchObject({
      kind: 'help',
      text: { about: 'command', name: line.includes('flows') ? 'flows' : 'filter' },
    });
  });

  test('of what is no command', async () => {
    await sitting.run('help flws');
    expect(lastError()).toMatchObject({ message: 'there is no command "flws"', hint: 'did you mean flows?' });
    await sitting.run('help zzzzzz');
    expect(lastError().hint).toBe('help lists them');
  });
});

describe('settings and parameters', () => {
  test('set, and what it refuses', async () => {
    await sitting.run('set zone Europe/Berlin', 'set $host 10.0.0.9', 'set');
    expect((lastResult() as { rows: { name: string; value: string }[] }).rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'zone', value: 'Europe/Berlin' }),
        expect.objectContaining({ name: '$host', value: '10.0.0.9' }),
      ]),
    );
    for (const [line, message] of [
      ['set zone Atlantis', /Atlantis/],
      ['set colour green', 'colour is auto, on or off, not "green"'],
      ['set history -1', 'history is a number of lines from 0 to 1,000,000, not "-1"'],
      ['set zone', 'set zone needs a value'],
      ['set zeno UTC', 'there is no setting "zeno"'],
      ['set $1 x', '"$1" is no name of a parameter: $ and then letters, digits and _'],
    ] as const) {
      await sitting.run(line);
      expect(lastError().message).toMatch(message);
      expect(lastError().kind).toBe('input');
    }
    await sitting.run('set history 10', 'set colour off');
    expect(sitting.session.inner.config).toMatchObject({ history: 10, colour: 'off' });
  });

  test('parameters given from outside win', async () => {
    const given = sit({ parameters: new Map([['host', '10.0.0.12']]) });
    await given.run('set $host 10.0.0.9');
    expect(given.session.scope().variables.get('host')).toBe('10.0.0.12');
    const check = await given.session.check(['set $host x y'], '.');
    expect(check).toMatchObject({ line: 0 });
    expect(
      await given.session.check(['set $n 3', `w = load ${OFFICE}`, 'w | head $n', 'set $host b'], process.cwd()),
    ).toBeNull();
    await given.workspace.close();
  });
});

describe('scripts and saving', () => {
  test('what is saved runs again elsewhere: names said, paths relative, notes kept', async () => {
    mkdirSync('cases/old', { recursive: true });
    writeFileSync('a b.pcapng', readFileSync(OFFICE));
    await sitting.run(
      `load ${OFFICE}`,
      '# two\tthings',
      'filter udp | count',
      'x = office | filter tcp # why',
      "y = load 'a b.pcapng'",
      `z = load "${OFFICE}"`,
      'show 1 ?',
      'handles',
      'laod x',
      'x | write --output out.pcapng --comment "a | b"',
      'set $file examples/office.pcapng',
      'w = load $file',
      'note a | b',
      'save cases/old/x.pcapsh',
    );
    expect(lastResult()).toMatchObject({ text: 'saved cases/old/x.pcapsh, 10 lines' });
    expect(readFileSync('cases/old/x.pcapsh', 'utf8').split('\n')).toEqual([
      '#!/usr/bin/env -S pcapsh run',
      'office = load ../../examples/office.pcapng',
      '# two\tthings',
      'office | filter udp | count',
      'x = office | filter tcp # why',
      "y = load '../../a b.pcapng'",
      'z = load ../../examples/office.pcapng',
      'x | write --output ../../out.pcapng --comment "a | b"',
      'set $file examples/office.pcapng',
      'w = load $file',
      '# a | b',
      '',
    ]);
    await sitting.run('save cases/old/x.pcapsh');
    expect(lastError()).toMatchObject({ message: 'cases/old/x.pcapsh exists', hint: '--force replaces it' });
    await sitting.run('save cases/old/x.pcapsh --force');
    expect(lastError()).toBeNull();
  });

  test('a continued line means the same on one line', async () => {
    await sitting.run(`x = load ${OFFICE} \\\n  | filter tcp \\\nport 80`);
    expect(sitting.session.shelf().handles.get('x')!.meaning).toBe(`load ${OFFICE} | filter tcp port 80`);
  });

  test('a parameter that is wrong where it stands is marked by its name', async () => {
    await sitting.run(`w = load ${OFFICE}`, 'set $host 10.0.0.1');
    const { error } = (await sitting.run('w | filter tcp port $host and udp'))!;
    expect([error!.message, error!.span]).toEqual(['10.0.0.1 is an address, not a port', [20, 25]]);
  });

  test('a script cannot run itself, by whatever way', async () => {
    writeFileSync('a.pcapsh', 'run b.pcapsh\n');
    writeFileSync('b.pcapsh', 'run ./a.pcapsh\n');
    expect((await sitting.run('run a.pcapsh'))!.status).toBe(1);
    const told = sitting.outcomes.map((outcome) => outcome.error?.message);
    expect(told).toContain('./a.pcapsh is running already: a script cannot run itself');
    writeFileSync('b.pcapsh', '# fine\n');
    expect((await sitting.run('run a.pcapsh', 'run a.pcapsh'))!.status).toBe(0);
  });

  test('save replaces no capture that is open, by whatever name, and no index of one', async () => {
    const bytes = readFileSync(OFFICE);
    writeFileSync('evidence.pcapng', bytes);
    symlinkSync('evidence.pcapng', 'link');
    linkSync('evidence.pcapng', 'hard');
    await sitting.run('x = load evidence.pcapng');
    for (const name of ['evidence.pcapng', './evidence.pcapng', 'link', 'hard', 'evidence.pcapng.pcapsh-index']) {
      expect((await sitting.run(`save ${name} --force`))!.error).toMatchObject({ code: 'refused.source' });
    }
    expect(readFileSync('evidence.pcapng')).toEqual(bytes);
  });

  test('a script that is replaced keeps its mode and its links', async () => {
    writeFileSync('s.pcapsh', 'old', { mode: 0o640 });
    symlinkSync('s.pcapsh', 'link.pcapsh');
    await sitting.run('# new', 'save link.pcapsh --force');
    expect(readFileSync('s.pcapsh', 'utf8')).toContain('# new');
    expect(statSync('s.pcapsh').mode & 0o777).toBe(0o640);
    expect(lstatSync('link.pcapsh').isSymbolicLink()).toBe(true);
    mkdirSync('full');
    expect((await sitting.run('save full --force'))!.status).toBe(1);
  });

  test('run: its cells are told, it is one cell of this session, its handles stay', async () => {
    writeFileSync('s.pcapsh', `web = load ${OFFICE}\nweb | filter host $host | count\n`);
    await sitting.run('run s.pcapsh --set host=10.0.0.9');
    expect(sitting.outcomes.map((outcome) => outcome.source)).toEqual([
      `web = load ${OFFICE}`,
      'web | filter host $host | count',
      'run s.pcapsh --set host=10.0.0.9',
    ]);
    expect(names()).toEqual(['web']);
    expect(sitting.session.document().map((line) => line.source)).toEqual(['run s.pcapsh --set host=10.0.0.9']);
    await sitting.run('run s.pcapsh');
    expect(lastError()).toMatchObject({ message: 's.pcapsh ended at line 2', kind: 'input' });
    await sitting.run('run');
    expect(lastError().message).toBe('run needs FILE.pcapsh, or --recover alone');
    await sitting.run('run s.pcapsh --set x');
    expect(lastError().message).toBe('--set takes NAME=VALUE, not "x"');
    await sitting.run('run none.pcapsh');
    expect(lastError().message).toBe('there is no script none.pcapsh');
    await sitting.run('run --recover');
    expect(lastError().message).toBe('there is no session to recover');
    writeFileSync('e.pcapsh', 'exit\nhandles\n');
    await sitting.run('run e.pcapsh');
    expect(lastResult()).toMatchObject({ text: 'ran 1 cell' });
    expect(sitting.session.leaving()).toBe(true);
  });

  test('the tour has ten steps', async () => {
    await sitting.run('tour');
    expect(sitting.outcomes.every((outcome) => outcome.error === null)).toBe(true);
    expect(sitting.session.document().length).toBe(1);
    const steps = readFileSync('examples/tour.pcapsh', 'utf8').match(/^# Step \d+/gm);
    expect(steps).toHaveLength(10);
  });

  test('lines of a script', () => {
    expect(splitLines('\ufeffa\r\nb \\\r\n c\n# n \\\nd')).toEqual([
      { source: 'a', number: 1 },
      { source: 'b \\\n c', number: 2 },
      { source: '# n \\', number: 4 },
      { source: 'd', number: 5 },
    ]);
  });
});

describe('cells', () => {
  test('a cell that is cancelled ends at once, whatever the engine does; the session goes on', async () => {
    const engine = openWorkspace({ interactive: false });
    const stuck = sit({
      workspace: {
        ...engine,
        async load(paths, options) {
          const capture = await engine.load(paths, options);
          return { ...capture, count: () => new Promise<number>(() => undefined) };
        },
      },
    });
    await stuck.run(`web = load ${OFFICE}`);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const started = performance.now();
    const outcome = await stuck.session.runLine('web | count', { signal: controller.signal });
    expect(performance.now() - started).toBeLessThan(130);
    expect(outcome).toMatchObject({ status: 130, error: { kind: 'cancelled' } });
    const before = await stuck.session.runLine('web | stats', { signal: AbortSignal.abort() });
    expect(before!.status).toBe(130);
    expect((await stuck.run('web | head 1'))!.status).toBe(0);
    await stuck.workspace.close();
  });

  test('a sink that is cancelled leaves nothing', async () => {
    await sitting.run(`web = load ${OFFICE}`);
    const controller = new AbortController();
    const running = sitting.session.runLine('web | write x.pcapng', { signal: controller.signal });
    controller.abort();
    expect((await running)!.status).toBe(130);
    expect(existsSync('x.pcapng')).toBe(false);
  });

  test('errors of the system keep their words and get a code', () => {
    expect(asPcapshError(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))).toMatchObject({
      code: 'system.enospc',
      message: 'no space left',
    });
    const refused = Object.assign(new Error("EACCES: permission denied, scandir '/a'"), { code: 'EACCES', path: '/a' });
    expect(asPcapshError(refused)).toMatchObject({ code: 'system.eacces', message: '/a: permission denied' });
    expect(asPcapshError('odd')).toMatchObject({ code: 'internal', message: 'odd' });
    const aborted = asPcapshError(Object.assign(new Error('x'), { name: 'AbortError' }));
    expect(statusOf(aborted)).toBe(130);
  });

  test('paths from another folder', () => {
    expect(pathFrom('/a/b', '/a', 'x.pcap')).toBe('b/x.pcap');
    expect(pathFrom('/a', '/a', './x.pcap')).toBe('./x.pcap');
    expect(pathFrom('/c', '/a', '/x.pcap')).toBe('/x.pcap');
    expect(pathFrom('/c', '/a', '-')).toBe('-');
    expect(pathFrom('/a/b', '/a', '..')).toBe('.');
  });
});
