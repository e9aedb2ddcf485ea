import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type OpenWorkspace, runProgram } from '../../session/program.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { enterFolder, pcapsh, testHost } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

describe('run', () => {
  test('paths are relative to the script; --set wins; --keep-going goes on', async () => {
    mkdirSync('cases');
    symlinkSync('../examples', 'cases/data');
    writeFileSync(
      'cases/a.pcapsh',
      '#!/usr/bin/env -S pcapsh run\n# the case\nweb = load data/office.pcapng\nset $host 10.0.0.9\nweb | filter host $host | count\nweb | show 999999\nweb | write out.pcapng\n',
    );
    const stopped = await pcapsh(['run', 'cases/a.pcapsh', '--json']);
    expect(stopped.status).toBe(1);
    expect(stopped.json().map((line) => line.ok)).toEqual([true, true, true, false]);
    expect(existsSync('cases/out.pcapng')).toBe(false);
    const other = await pcapsh(['run', 'cases/a.pcapsh', '--json', '--keep-going', '--set', 'host=10.0.0.12']);
    expect(other.status).toBe(1);
    expect(other.json().map((line) => line.ok)).toEqual([true, true, true, false, true]);
    expect(existsSync('cases/out.pcapng')).toBe(true);
    expect(other.json()[2].result).not.toEqual(stopped.json()[2].result);
    const text = await pcapsh(['run', 'cases/a.pcapsh', '--set=host=10.0.0.12']);
    expect(text.out).toContain('$host stays 10.0.0.12: --set wins');
    const misspelt = await pcapsh(['run', 'cases/a.pcapsh', '--set', 'hots=10.0.0.12']);
    expect(misspelt.status).toBe(2);
    expect(misspelt.err).toContain('cases/a.pcapsh has no parameter $hots · did you mean host?');
    expect(text.out).toContain('\n# the case\n› web = load data/office.pcapng\n');
    expect(text.err).toContain('cases/a.pcapsh ended at line 6');
  });

  test('an unset parameter is named', async () => {
    writeFileSync('p.pcapsh', 'web = load $file\n');
    const ran = await pcapsh(['run', 'p.pcapsh']);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('the parameter $file is not set');
    expect((await pcapsh(['run', 'p.pcapsh', '--set', `$file=${OFFICE}`])).status).toBe(0);
  });

  test('-c with files loads each under its own name', async () => {
    writeFileSync('tail.pcapng', readFileSync(OFFICE));
    const ran = await pcapsh([OFFICE, 'tail.pcapng', '-c', 'tail_1 | count', '--json']);
    expect(ran.json().map((line) => line.source)).toEqual([
      `office = load ${OFFICE}`,
      'tail_1 = load tail.pcapng',
      'tail_1 | count',
    ]);
  });
});

test('what is worth a word about indexes is told once, on stderr', async () => {
  const open: OpenWorkspace = async (options) => ({
    ...openWorkspace(options),
    notices: ['the index of x is of another capture; it is made anew'],
  });
  const ran = await pcapsh(['-c', `o = load ${OFFICE}\no | count`], { open });
  expect(ran.err).toBe('  the index of x is of another capture; it is made anew\n');
  const piped = await pcapsh([], {
    open,
    input: `load ${OFFICE} | count\ncount`,
    environment: { XDG_STATE_HOME: `${process.cwd()}/state` },
  });
  expect(piped.err.match(/made anew/g)).toHaveLength(1);
});

describe('a session on a pipe', () => {
  test('lines run one after the other; a failing cell does not end it; the status is that of the first', async () => {
    const input = `load ${OFFICE} | count\nlaod x\ncount\nload \\\n ${OFFICE} | filter arp | count\n# a note\nexit\ncount\n`;
    const ran = await pcapsh([], { input, environment: { XDG_STATE_HOME: `${process.cwd()}/state` } });
    expect(ran.status).toBe(2);
    expect(ran.out.match(/^ {2}[\d,]+$/gm)).toHaveLength(2);
    expect(ran.out).not.toContain('›');
    expect(ran.err).toContain('did you mean load?');
    expect(ran.err).toContain('"count" takes packets, and no capture is loaded · load FILE opens one');
  });

  test('files are loaded under their names, bent', async () => {
    mkdirSync('d');
    writeFileSync('tail.pcapng', readFileSync(OFFICE));
    writeFileSync('d/tail.pcapng', readFileSync(OFFICE));
    writeFileSync('2024-01 a.pcapng', readFileSync(OFFICE));
    const ran = await pcapsh(['tail.pcapng', 'd/tail.pcapng', '2024-01 a.pcapng', '--json'], {
      input: 'handles',
      environment: { XDG_STATE_HOME: `${process.cwd()}/state` },
    });
    const handles = ran.json()[3].result as { handles: { name: string }[] };
    expect(handles.handles.map((handle) => handle.name)).toEqual(['tail_1', 'tail_2', '_2024_01_a']);
  });

  test('an interrupt ends it', async () => {
    const host = testHost({
      input: `load ${OFFICE}\ncount\n`,
      environment: { XDG_STATE_HOME: `${process.cwd()}/state` },
    });
    const open: OpenWorkspace = async (options) => {
      const workspace = openWorkspace(options);
      return {
        ...workspace,
        load(paths, run) {
          host.interrupt();
          return workspace.load(paths, run);
        },
      };
    };
    expect(await runProgram([], host, open)).toBe(130);
  });

  test('a word that is neither command nor file', async () => {
    const ran = await pcapsh(['flws']);
    expect(ran).toMatchObject({ status: 2, err: '  ✗ "flws" is neither a command nor a file · did you mean flows?\n' });
  });
});
