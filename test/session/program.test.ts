import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import type { OpenWorkspace } from '../../session/program.js';
import { runProgram } from '../../session/program.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { enterFolder, pcapsh, testHost } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

/** An engine that says when it is opened. */
function counted(): { open: OpenWorkspace; opened: Parameters<OpenWorkspace>[0][] } {
  const opened: Parameters<OpenWorkspace>[0][] = [];
  return {
    opened,
    open: async (options) => {
      opened.push(options);
      return openWorkspace(options);
    },
  };
}

describe('exit status', () => {
  test.each<[string, string[], number]>([
    ['done', ['count', OFFICE], 0],
    ['matching nothing is done', ['filter', OFFICE, 'port 4'], 0],
    ['a file that is not there', ['count', 'no.pcap'], 1],
    ['a file that is no capture', ['count', 'text.pcap'], 1],
    ['a refused target', ['write', OFFICE, '-o', 'taken.pcapng'], 1],
    ['a source as target', ['write', 'copy.pcapng', '-o', 'copy.pcapng', '--force'], 1],
    ['a packet that is not there', ['show', OFFICE, '999999'], 1],
    ['a wrong filter', ['filter', OFFICE, 'tcp prot 3'], 2],
    ['a wrong flag', ['count', OFFICE, '--tpo'], 2],
    ['a wrong command', ['cuont'], 2],
    ['a wrong line', ['-c', 'laod x'], 2],
    ['-c without a line', ['-c'], 2],
    ['an unknown flag before anything', ['--nonsense'], 2],
    ['--index of another word', ['--index=there', '-c', 'handles'], 2],
    ['run without a script', ['run'], 2],
    ['run of two scripts', ['run', 'a.pcapsh', 'b.pcapsh'], 2],
    ['a parameter without a value', ['run', 'a.pcapsh', '--set', 'host'], 2],
    ['a script that is not there', ['run', 'no.pcapsh'], 1],
    ['a capture run as a script', ['run', OFFICE], 1],
    ['a folder run as a script', ['run', 'examples'], 1],
    ['no capture', ['count'], 2],
    ['not a file', ['count', 'whatever'], 1],
    ['two files of which one is not there', [OFFICE, 'no.pcap'], 1],
  ])('%s', async (_what, argv, status) => {
    writeFileSync('text.pcap', 'this is no capture at all, only some text');
    writeFileSync('taken.pcapng', 'older');
    writeFileSync('copy.pcapng', readFileSync(OFFICE));
    const ran = await pcapsh(argv);
    expect({ status: ran.status, said: status === 0 || ran.err.includes('✗') }).toEqual({ status, said: true });
    expect(readFileSync('taken.pcapng', 'utf8')).toBe('older');
  });

  test('3: figures are partial', async () => {
    writeFileSync('cut.pcapng', readFileSync(OFFICE).subarray(0, 20_001));
    for (const command of ['count', 'stats', 'info', 'flows', 'preview', 'tail'])
      expect((await pcapsh([command, 'cut.pcapng', '--filter', 'ip or not ip'])).status).toBe(3);
    for (const line of ['count', 'flows', 'filter tcp', 'tail']) {
      const ran = await pcapsh(['-c', `load cut.pcapng | ${line}`]);
      expect([ran.status, ran.err]).toEqual([3, expect.stringContaining('figures are partial: cut.pcapng is damaged')]);
      const [{ result }] = (await pcapsh(['-c', `load cut.pcapng | ${line}`, '--json'])).json();
      expect(result).toMatchObject({ partial: true });
    }
    expect((await pcapsh(['head', 'cut.pcapng'])).status).toBe(0); // what it shows comes before the damage
    const stats = await pcapsh(['stats', 'cut.pcapng', '--json']);
    const { partial, damage } = stats.json()[0].result as { partial: boolean; damage: unknown[] };
    expect(partial).toBe(true);
    expect(damage).toEqual([{ packet: expect.any(Number), offset: expect.any(Number), reason: expect.any(String) }]);
    expect((await pcapsh(['write', 'cut.pcapng', '-o', 'out.pcapng'])).status).toBe(1);
    expect((await pcapsh(['write', 'cut.pcapng', '-o', 'out.pcapng', '--on-error', 'skip'])).status).toBe(3);
    expect((await pcapsh(['stats', 'cut.pcapng'])).out).toContain('figures may be too low');
  });

  test('130: interrupted, in a command, a line, a script', async () => {
    writeFileSync('a.pcapsh', `load ${OFFICE} | count\n`);
    for (const argv of [
      ['count', OFFICE],
      ['-c', `load ${OFFICE} | count`],
      ['run', 'a.pcapsh', '--keep-going'],
    ]) {
      const host = testHost();
      const open: OpenWorkspace = async (options) => {
        host.interrupt();
        return openWorkspace(options);
      };
      expect(await runProgram(argv, host, open)).toBe(130);
    }
  });

  test('a second interrupt ends at once', async () => {
    const host = testHost();
    const open: OpenWorkspace = async (options) => {
      host.interrupt();
      host.interrupt();
      return openWorkspace(options);
    };
    await runProgram(['count', OFFICE], host, open);
    expect(host.quits).toEqual([130]);
  });
});

describe('everything is checked before anything is opened', () => {
  test.each([
    [['filter', OFFICE, 'tcp prot 3', '-o', 'x.pcapng']],
    [['write', OFFICE]],
    [['filter', 'no.pcap', 'tcp prot 3']],
    [['count', OFFICE, '--filter', 'tcp prot 3']],
    [['-c', `load ${OFFICE} | write x.pcapng\nx = laod y`]],
    [['run', 'bad.pcapsh', '--keep-going']],
  ])('%j', async (argv) => {
    writeFileSync('bad.pcapsh', `web = load ${OFFICE}\nweb | write x.pcapng\nweb | filter prt 3\n`);
    const { open, opened } = counted();
    const ran = await pcapsh(argv, { open });
    expect(ran.status).toBe(2);
    expect(existsSync('x.pcapng')).toBe(false);
    if (argv[0] !== 'run' && argv[0] !== '-c') expect(opened).toEqual([]);
  });

  test('the error of a script tells its line', async () => {
    mkdirSync('dir');
    writeFileSync('dir/bad.pcapsh', `# a note\nweb = load x \\\n  y\nweb | filter prt 3\n`);
    const ran = await pcapsh(['run', 'dir/bad.pcapsh']);
    expect(ran.err).toBe(
      '  web | filter prt 3\n               ───\n  ✗ unknown word "prt" · did you mean port?\n  dir/bad.pcapsh ended at line 4\n',
    );
  });
});

describe('one-shot command lines', () => {
  test('words of a filter join; the expression may stand in one', async () => {
    const joined = await pcapsh(['filter', OFFICE, 'tcp', 'port', '443', '--json']);
    const quoted = await pcapsh(['filter', OFFICE, 'tcp port 443', '--json']);
    expect(joined.json()[0].source).toBe(`filter ${OFFICE} tcp port 443 --json`);
    expect(quoted.json()[0].source).toBe(`filter ${OFFICE} 'tcp port 443' --json`);
    expect(joined.json()[0].result).toEqual(quoted.json()[0].result);
  });

  test('arguments are never lexed again', async () => {
    mkdirSync('a | b $c');
    writeFileSync('a | b $c/x.pcapng', readFileSync(OFFICE));
    expect((await pcapsh(['count', 'a | b $c/x.pcapng'])).out).toBe((await pcapsh(['count', OFFICE])).out);
  });

  test('inputs end at the first other word, or at --', async () => {
    writeFileSync('tcp', readFileSync(OFFICE));
    const plain = Number((await pcapsh(['count', OFFICE])).out.replace(/\D/g, ''));
    expect((await pcapsh(['count', OFFICE, 'tcp'])).out.trim()).toBe((2 * plain).toLocaleString('en-US'));
    const filtered = await pcapsh(['filter', OFFICE, '--', 'tcp', '--json']);
    expect(filtered.status).toBe(2);
    expect((await pcapsh(['filter', OFFICE, '--json', '--', 'tcp'])).json()[0].ok).toBe(true);
    expect((await pcapsh(['filter', '--json', OFFICE, 'udp'])).json()[0].ok).toBe(true);
    expect((await pcapsh(['--json', 'count', OFFICE])).json()[0].ok).toBe(true);
  });

  test('a word with the extension of a capture is never an expression', async () => {
    const ran = await pcapsh(['filter', OFFICE, 'gone.pcap.gz', 'tcp']);
    expect(ran.status).toBe(1);
    expect(ran.err).toBe('  ✗ there is no file gone.pcap.gz\n');
  });

  test('folders and patterns are inputs', async () => {
    mkdirSync('many');
    for (const name of ['a.pcapng', 'b.pcapng', 'notes.txt']) writeFileSync(`many/${name}`, readFileSync(OFFICE));
    const one = Number(
      (await pcapsh(['count', OFFICE, '--json'])).json().map((line) => (line.result as { count: number }).count),
    );
    for (const input of ['many', 'many/*.pcapng', 'ma?y/[ab].pcapng']) {
      expect((await pcapsh(['count', input, '--json'])).json()[0].result).toEqual({ count: 2 * one });
    }
  });

  test('--filter on views and sinks', async () => {
    const filtered = await pcapsh(['filter', OFFICE, 'udp', '--json']);
    const counted = await pcapsh(['count', OFFICE, '--filter', 'udp', '--json']);
    expect((counted.json()[0].result as { count: number }).count).toBe(
      (filtered.json()[0].result as { packets: number }).packets,
    );
    await pcapsh(['write', OFFICE, '--filter=udp', '-o', 'udp.pcapng']);
    expect((await pcapsh(['count', 'udp.pcapng', '--json'])).json()[0].result).toEqual(counted.json()[0].result);
    const wrong = await pcapsh(['count', OFFICE, '--json', '--filter=udp prt 1']);
    const { source, error } = wrong.json()[0] as { source: string; error: { span: [number, number] } };
    expect(source.slice(...error.span)).toBe('prt');
  });

  test('-o writes what comes out, several times, and - is stdout', async () => {
    const ran = await pcapsh(['filter', OFFICE, 'arp', '-o', 'a.pcapng', '--output', 'b.pcapng', '--json']);
    expect((ran.json()[0].result as { files: { path: string }[] }).files.map((file) => file.path)).toEqual([
      'a.pcapng',
      'b.pcapng',
    ]);
    expect(readFileSync('a.pcapng').equals(readFileSync('b.pcapng'))).toBe(true);
    expect((await pcapsh(['stats', OFFICE, '-o', 'x.pcapng'])).status).toBe(2);
    expect((await pcapsh(['load', OFFICE, '-o', 'c.pcapng'])).status).toBe(0);
    expect(readFileSync('c.pcapng').equals(readFileSync(OFFICE))).toBe(true);
  });

  test('a source is never a target, whatever it is called', async () => {
    writeFileSync('a.pcapng', readFileSync(OFFICE));
    symlinkSync('a.pcapng', 'link.pcapng');
    for (const target of ['a.pcapng', './a.pcapng', 'link.pcapng']) {
      for (const force of [[], ['--force']]) {
        const ran = await pcapsh(['write', 'a.pcapng', '-o', target, ...force]);
        expect(ran.status).toBe(1);
        expect(readFileSync('a.pcapng').equals(readFileSync(OFFICE))).toBe(true);
      }
    }
  });

  test('a file named like a command is written with its folder', async () => {
    writeFileSync('stats', readFileSync(OFFICE));
    expect((await pcapsh(['count', './stats'])).status).toBe(0);
  });

  test('help of a command, session commands, --help and --version', async () => {
    expect((await pcapsh(['flows', '--help'])).out).toContain('flows [--top N]');
    expect((await pcapsh(['help', 'flows'])).out).toContain('flows [--top N]');
    expect((await pcapsh(['--help'])).out).toContain('exit status');
    expect((await pcapsh(['--version'])).out).toMatch(/^pcapsh \d+\.\d+\.\d+\n$/);
    expect((await pcapsh(['tour'])).status).toBe(0);
  });

  test('where an index is kept', async () => {
    const { open, opened } = counted();
    writeFileSync('w.pcapng', readFileSync(OFFICE));
    await pcapsh(['count', 'w.pcapng'], { open });
    await pcapsh(['count', 'w.pcapng', '--index'], { open });
    await pcapsh(['count', 'w.pcapng', '--index', 'beside'], { open });
    await pcapsh(['count', 'w.pcapng', '--index=none'], { open });
    await pcapsh(['--index', 'beside', '-c', 'load w.pcapng | count'], { open });
    await pcapsh(['--index', '-c', 'load w.pcapng | count'], { open });
    expect(opened.map(({ index, writeIndex }) => [index, writeIndex])).toEqual([
      ['cache', false],
      ['cache', true],
      ['beside', true],
      ['none', false],
      ['beside', true],
      ['cache', true],
    ]);
  });
});
