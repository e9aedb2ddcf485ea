import { readFileSync, writeFileSync } from 'node:fs';
import { DEFAULTS } from '../../session/config.js';
import { outcomeJson } from '../../session/json.js';
import { createPrinter } from '../../session/print.js';
import { renderResult } from '../../session/render/result.js';
import type { View } from '../../session/render/view.js';
import { enterFolder, pcapsh, type Sitting, sit } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

let leave: () => void;
let sitting: Sitting;
beforeEach(() => {
  leave = enterFolder();
  sitting = sit({ previewLoads: false });
});
afterEach(async () => {
  await sitting.workspace.close();
  leave();
});

const view: View = {
  paint: new Proxy({}, { get: () => (text: string) => text }) as View['paint'],
  width: 80,
  zone: 'UTC',
};

async function shown(...lines: string[]): Promise<string[]> {
  const outcome = await sitting.run(...lines);
  if (outcome?.error != null) throw outcome.error;
  return outcome!.results.flatMap((result) => renderResult(result, view)).map((line) => line.trim());
}

async function refused(line: string): Promise<{ code: string; message: string; marked: string | null }> {
  const { error } = (await sitting.run(line))!;
  const { code, message, span } = error!;
  return { code, message, marked: span === null ? null : line.slice(...span) };
}

async function counted(pipeline: string): Promise<number> {
  const last = (await sitting.run(`${pipeline} | count`))!.results.at(-1);
  return (last as { count: number }).count;
}

describe('time', () => {
  beforeEach(() => sitting.run(`office = load ${OFFICE}`));

  test('names the zone and the window', async () => {
    expect(await shown('office | time 04:40..04:41 | count')).toEqual([
      '04:40..04:41  2026-11-21 04:40:00 → 04:41:00 UTC',
      expect.stringMatching(/^[\d,]+$/),
    ]);
    expect((await shown('office | time 2026-11-20T23:59:59.25Z.. | head 1'))[0]).toBe(
      '2026-11-20T23:59:59.25Z..  2026-11-20 23:59:59.25 → the end UTC',
    );
    expect((await shown('office | time ..+1s | count'))[0]).toMatch(
      /^\.\.\+1s {2}the beginning → 2026-11-21 04:39:57\.\d+ UTC$/,
    );
    await sitting.run('set zone Europe/Berlin');
    expect((await shown('office | time 05:40..05:41 | count'))[0]).toBe(
      '05:40..05:41  2026-11-21 05:40:00 → 05:41:00 Europe/Berlin (+01:00)',
    );
    expect((await shown('office | time 2026-10-25T00:00..2026-10-25T12:00 | count')).slice(0, 2)).toEqual([
      '2026-10-25T00:00..2026-10-25T12:00',
      '2026-10-25 00:00:00 (+02:00) → 12:00:00 (+01:00) Europe/Berlin',
    ]);
    expect((await shown('office | filter len < 1 | time +1s.. | count'))[0]).toBe(
      '+1s..  nowhere (Europe/Berlin): no packet that comes in has a time',
    );
  });

  test('a window is told once: with the handle where it hangs on no packet, else at the first look', async () => {
    expect(await shown('a = office | time 2026-11-21T04:40Z..')).toHaveLength(2);
    expect(await shown('a | count')).toHaveLength(1);
    expect((await shown('r = office | time +10s..'))[0]).toBe(
      '+10s..  counts from packets, clock times in UTC: told at the first look',
    );
    expect((await shown('r | count'))[0]).toMatch(/^\+10s\.\. {2}2026-11-21 04:40:06\.729858239 → the end UTC$/);
    expect(await shown('r | count')).toHaveLength(1);
    expect(await shown('r & a | count')).toHaveLength(1);
  });

  test('keeps the zone that was set when it was typed', async () => {
    await sitting.run('w = office | time 04:40..04:41', 'set zone Asia/Tokyo');
    const before = await counted('w');
    expect(before).toBeGreaterThan(0);
    expect(before).toBe(await counted('office | time 13:40..13:41'));
    expect(before).toBe(await counted('office | time 05:40..05:41 Europe/Berlin'));
    expect(before).toBe(await counted('office | time 1795236000000..1795236060000'));
  });

  test('around a packet or a time', async () => {
    const around = await counted('office | time --around "frame 812" --within 200ms');
    expect(around).toBe(await counted("office | time --within 200ms --around 'packet 812'"));
    // The packet need not be among those that come in.
    const udp = await counted('office | filter udp | time --around "frame 812" --within 1s');
    expect(udp).toBe(await counted('(office | time --around "frame 812" --within 1s) & (office | filter udp)'));
    expect(await counted('office | time --around 04:40:30Z --within 30s')).toBe(
      await counted('office | time 04:40..04:41'),
    );
  });

  test.each([
    ['time 14:30', 'time.syntax', '14:30'],
    ['office | time 14:30..25:00', 'time.range', '25'],
    ['office | time 14:30..14:35 Europe/Berln', 'time.zone', 'Europe/Berln'],
    ['office | time +30..', 'duration.unit', '30'],
    ['office | time 2026-11-21T15:00Z..2026-11-21T14:00Z', 'time.order', '2026-11-21T15:00Z..2026-11-21T14:00Z'],
    ['office | time 2026-03-29 02:30 Europe/Berlin..', 'time.skipped', '2026-03-29 02:30 Europe/Berlin'],
    ['office | time 2026-10-25 02:30 Europe/Berlin..', 'time.twice', '2026-10-25 02:30 Europe/Berlin'],
    [
      'office | time 2026-01-01T00:00Z .. 2026-03-29 02:30 Europe/Berlin',
      'time.skipped',
      '2026-03-29 02:30 Europe/Berlin',
    ],
    ['office | time --around "frame x" --within 2m', 'time.frame', 'frame x'],
    ['office | time --around "frame 7" --within 2x', 'duration.unit', 'x'],
    ['office | time --around "frame 7"', 'time.arguments', 'time --around "frame 7"'],
    ['office | time 14:30.. --within 2m', 'time.arguments', 'time 14:30.. --within 2m'],
    ['office | time', 'time.arguments', 'time'],
    ['office | time --around "frame 99999" --within 2m', 'time.no-packet', null],
  ])('%s', async (line, code, marked) => {
    expect(await refused(line)).toMatchObject({ code, marked });
  });

  test('as JSON, and beside a capture on standard output', async () => {
    const outcome = await sitting.run('office | time 04:40..04:41Z | count');
    expect(JSON.parse(outcomeJson(outcome!)).result).toMatchObject({
      count: expect.any(Number),
      windows: [
        {
          window: '04:40..04:41Z',
          zone: 'UTC',
          start: '2026-11-21T04:40:00.000000000Z',
          end: '2026-11-21T04:41:00.000000000Z',
        },
      ],
    });
    const handle = await sitting.run('r = office | time +1s..');
    expect(JSON.parse(outcomeJson(handle!)).result).toEqual({
      handle: 'r',
      windows: [{ window: '+1s..', zone: 'UTC', resolved: false }],
    });
    const printed = { out: '', err: '' };
    const printer = await createPrinter(
      {
        ...sitting.host,
        stdout: { ...sitting.host.stdout, write: (text) => void (printed.out += text) },
        stderr: { ...sitting.host.stderr, write: (text) => void (printed.err += text) },
      },
      { json: false, config: () => DEFAULTS },
    );
    const written = await sitting.run('office | time +30s..+31s | write copy.pcapng');
    const [windows, report] = written!.results as unknown as [never, { report: { files: { path: string }[] } }];
    report.report.files[0].path = '-';
    await printer.outcome({ ...written!, results: [windows, report as never] });
    expect(printed.out).toBe('');
    expect(printed.err).toMatch(/^ {2}\+30s\.\.\+31s/);
  });

  test('as one command', async () => {
    const { status, out } = await pcapsh(['time', OFFICE, '+30s..+31s', '-o', 'part.pcapng']);
    expect(status).toBe(0);
    expect(out).toMatch(/part\.pcapng/);
    const again = await pcapsh(['count', 'part.pcapng', '--json']);
    expect(again.json()[0].result).toEqual({ count: await counted('office | time +30s..+31s') });
    expect((await pcapsh(['time', OFFICE, '-2s..', '--filter', 'udp', '--json'])).status).toBe(0);
    expect((await pcapsh(['time', OFFICE, '14:99..'])).status).toBe(2);
    expect((await pcapsh(['time', OFFICE, '--around', 'frame 99999', '--within', '1s'])).status).toBe(1);
  });
});

describe('set algebra', () => {
  beforeEach(() =>
    sitting.run(
      `web = load ${OFFICE}`,
      'tcp = web | filter tcp',
      'dns = web | filter port 53',
      'low = web | head 1000',
    ),
  );

  test('binds & before + and -, left to right; parentheses hold pipelines', async () => {
    const [tcp, dns, both, all] = await Promise.all(['tcp', 'dns', 'tcp & dns', 'web'].map(counted));
    expect(both).toBeGreaterThan(0);
    expect(await counted('tcp + dns')).toBe(tcp + dns - both);
    expect(await counted('tcp - dns')).toBe(tcp - both);
    expect(await counted('web - tcp + dns')).toBe(all - tcp + both);
    expect(await counted('web - (tcp + dns)')).toBe(all - (tcp + dns - both));
    expect(await counted('low + tcp & dns')).toBe(await counted('low + (tcp & dns)'));
    expect(await counted('(low + tcp) & dns')).toBe(await counted('dns & (low | filter len > 0) + dns & tcp'));
    expect(await counted('web - (web | filter udp) | filter udp')).toBe(0);
    expect(await counted(`dns & (load ${OFFICE})`)).toBe(dns); // the same file is the same source
    expect(await counted('(web | tail 5) + (web | head 5)')).toBe(10);
  });

  test('is lazy', async () => {
    await sitting.run('x = tcp - dns', 'y = (web | filter tcp) & x');
    expect(sitting.outcomes.slice(-2).map(({ results }) => results)).toMatchObject([
      [{ kind: 'handle', name: 'x', meaning: 'tcp - dns' }],
      [{ kind: 'handle', name: 'y', meaning: '(web | filter tcp) & x' }],
    ]);
    await sitting.run('handles');
    const rows = (sitting.outcomes.at(-1)!.results[0] as { rows: { name: string; packets: number | null }[] }).rows;
    expect(rows.find(({ name }) => name === 'y')).toMatchObject({ packets: null });
    expect(await counted('y')).toBe(await counted('x'));
  });

  test('with files of their own: packets are called by file and number', async () => {
    await sitting.run('web | filter port 53 | write dns.pcapng', 'other = load dns.pcapng', 'all = web + other');
    const all = await counted('web');
    expect(await counted('all')).toBe(all + (await counted('dns')));
    expect(await counted('all - other')).toBe(all);
    expect(await counted('web & other')).toBe(0);
    expect(await refused('all | show 1')).toMatchObject({ code: 'show.which-file' });
    expect((await sitting.run('all | show 2:1'))!.error).toBeNull();
    // Of what is only compared with there are no packets.
    expect((await sitting.run('web - other | show 1'))!.error).toBeNull();
  });

  test('why tells which side has a packet', async () => {
    const shownOf = async (line: string): Promise<unknown> => {
      const result = (await sitting.run(line))!.results.at(-1) as unknown as {
        history: { kept: boolean; stages: unknown[] };
      };
      const { kept, stages } = result.history;
      return [
        kept,
        ...(stages as { stage: string; kept: boolean; decidedBy: string | null }[]).map((one) => [
          one.stage,
          one.kept,
          one.decidedBy,
        ]),
      ];
    };
    // Packet 67 is a question to a name server over UDP.
    expect(await shownOf('tcp + dns | why 67')).toEqual([true, ['left + right', true, 'right']]);
    expect(await shownOf('tcp & dns | why 67')).toEqual([false, ['left & right', false, 'left']]);
    expect(await shownOf('web - dns | filter udp | why 67')).toEqual([
      false,
      ['left - right', false, 'right'],
      ['filter udp', null, null],
    ]);
    expect(await shownOf('web - tcp | time --around "frame 67" --within 0s | why 67')).toEqual([
      true,
      ['left - right', true, null],
      ['time --around "frame 67" --within 0s', true, null],
    ]);
  });

  test('undo, redo, save and run', async () => {
    await sitting.run('x = tcp + dns', 'n = (head 3) & web', 'undo', 'undo');
    expect(sitting.session.shelf().handles.has('x')).toBe(false);
    await sitting.run('redo', 'redo', 'x | write x.pcapng', 'n | count', 'save case.pcapsh');
    const text = readFileSync('case.pcapsh', 'utf8');
    // What the line left to the moment is said.
    expect(text).toContain('x = tcp + dns\nn = (x | head 3) & web\n');
    const first = readFileSync('x.pcapng');
    writeFileSync('again.pcapsh', text.replace('write x.pcapng', 'write y.pcapng'));
    expect((await pcapsh(['run', 'again.pcapsh'])).status).toBe(0);
    expect(readFileSync('y.pcapng').equals(first)).toBe(true);
  });

  test('paths in parentheses are saved relative to the script', async () => {
    await sitting.run(`x = web & (load ${OFFICE} | head 3)`, 'save case.pcapsh');
    expect(readFileSync('case.pcapsh', 'utf8')).toContain('x = web & (load examples/office.pcapng | head 3)\n');
  });
});
