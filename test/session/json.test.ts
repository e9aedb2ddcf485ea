import { statSync, writeFileSync } from 'node:fs';
import { jsonText } from '../../session/json.js';
import { enterFolder, pcapsh } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

describe('--json', () => {
  test('nothing in it can steer a terminal or hide, and it means the same', () => {
    const hostile = { '\u202ekey': ['\u001b[2J', '\u007f\u009b', '\u202eevil\u200b', '\u{e0041}', 'ünï ☃'] };
    const text = jsonText(hostile);
    expect(text).toBe('{"\\u202ekey":["\\u001b[2J","\\u007f\\u009b","\\u202eevil\\u200b","\\udb40\\udc41","ünï ☃"]}');
    expect(JSON.parse(text)).toEqual(hostile);
  });

  test('count, an assignment, a preview, an error', async () => {
    const ran = await pcapsh([
      '-c',
      `web = load ${OFFICE}\n# a note\nnote another\nweb | count # comment\nweb | head 2\nweb | show 999999`,
      '--json',
    ]);
    expect(ran.status).toBe(1);
    const lines = ran.json();
    expect(lines).toHaveLength(4);
    expect(Object.keys(lines[0])).toEqual(['cell', 'source', 'ok', 'ms', 'result']);
    expect(lines[0]).toMatchObject({ cell: 1, source: `web = load ${OFFICE}`, ok: true, result: { handle: 'web' } });
    expect(lines[1]).toMatchObject({ cell: 2, source: 'web | count # comment', result: { count: expect.any(Number) } });
    expect(lines[2].result).toEqual({
      packets: 2,
      rows: [expect.objectContaining({ number: 1 }), expect.objectContaining({ number: 2 })],
    });
    expect(Object.keys(lines[3])).toEqual(['cell', 'source', 'ok', 'error']);
    expect(lines[3].error).toEqual({
      code: 'show.no-packet',
      message: 'packet 999999 is not in this handle',
      span: null,
    });
  });

  test('stats and info', async () => {
    for (const command of ['stats', 'info']) {
      const ran = await pcapsh([command, OFFICE, '--json']);
      const result = ran.json()[0].result as Record<string, unknown>;
      const names =
        'format packets capturedBytes originalBytes firstTimestamp lastTimestamp durationSeconds interfaces uniqueSourceAddresses uniqueDestinationAddresses flows flowsByProtocol protocols partial damage';
      expect(Object.keys(result).slice(0, 15)).toEqual(names.split(' '));
      expect(result.applications).toMatchObject({ dns: expect.any(Number), tls: expect.any(Number) });
      expect(result.firstTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(result.interfaces).toEqual([
        { id: 0, linkType: 1, name: 'lan0' },
        { id: 1, linkType: 1, name: 'dmz0' },
      ]);
      expect(result).toMatchObject({ format: 'pcapng', partial: false, damage: [] });
      // Exactly the difference of the times, digit by digit.
      const digits = /"durationSeconds":(\d+)\.?(\d*)/.exec(ran.out)!;
      const nanos = (text: string): bigint =>
        BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1_000_000n + BigInt(text.slice(20, 29));
      expect(BigInt(digits[1]) * 1_000_000_000n + BigInt(digits[2].padEnd(9, '0'))).toBe(
        nanos(result.lastTimestamp as string) - nanos(result.firstTimestamp as string),
      );
    }
  });

  test('flows: all rows unless --top', async () => {
    const all = (await pcapsh(['flows', OFFICE, '--json'])).json()[0].result as {
      total: number;
      rows: Record<string, unknown>[];
    };
    expect(all.rows).toHaveLength(all.total);
    expect(Object.keys(all.rows[0])).toEqual(
      'flowId communityId protocol source sourcePort destination destinationPort packets bytes first last application'.split(
        ' ',
      ),
    );
    const top = (await pcapsh(['flows', OFFICE, '--json', '--top', '3'])).json()[0].result as {
      total: number;
      rows: unknown[];
    };
    expect(top).toEqual({ total: all.total, rows: all.rows.slice(0, 3) });
    const packets = (await pcapsh(['flows', OFFICE, '--json', '--by', 'packets'])).json()[0].result as {
      rows: { packets: number }[];
    };
    expect(packets.rows.map((row) => row.packets)).toEqual(
      [...packets.rows.map((row) => row.packets)].sort((a, b) => b - a),
    );
  });

  test('write', async () => {
    const ran = await pcapsh(['write', OFFICE, '-o', 'w.pcapng', '--json']);
    const { size } = statSync('w.pcapng');
    expect(ran.json()[0].result).toEqual({
      files: [
        {
          path: 'w.pcapng',
          format: 'pcapng',
          packets: expect.any(Number),
          bytes: size,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
      skipped: 0,
      losses: [],
    });
  });

  test('show, handles, history, set, help, undo', async () => {
    const ran = await pcapsh([
      '-c',
      `o = load ${OFFICE}\no | show 1\nhandles\nhistory\nset\nset zone UTC\nhelp\nundo\nclear\nsave x.pcapsh`,
      '--json',
    ]);
    expect(ran.status).toBe(0);
    const results = ran.json().map((line) => line.result as Record<string, unknown>);
    const { packets } = results[1] as { packets: object[] };
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatchObject({
      number: 1,
      linkType: 1,
      layers: expect.any(Array),
      bytes: expect.stringMatching(/^[0-9a-f]+$/),
    });
    expect(packets[0]).not.toHaveProperty('file');
    expect(results[2].handles).toEqual([expect.objectContaining({ name: 'o', current: true })]);
    expect(results[3].history).toHaveLength(3);
    expect(results[4].settings).toContainEqual(expect.objectContaining({ name: 'zone', value: 'UTC' }));
    expect(results[5]).toEqual({ name: 'zone', value: 'UTC' });
    expect(results[6]).toMatchObject({ about: 'everything' });
    expect(results[7]).toEqual({ message: 'o is gone' });
    expect(results[8]).toEqual({});
    expect(results[9]).toEqual({ path: 'x.pcapsh', lines: 5 });
  });

  test('a script, and what is wrong with it', async () => {
    writeFileSync('bad.pcapsh', 'web = load x\nweb | filter prt 3\n');
    const ran = await pcapsh(['run', 'bad.pcapsh', '--json']);
    expect(ran.json()).toEqual([
      {
        cell: 1,
        source: 'web | filter prt 3',
        ok: false,
        error: { code: expect.any(String), message: 'unknown word "prt"', span: [13, 16] },
      },
    ]);
    expect(ran.err).toBe('');
  });
});
