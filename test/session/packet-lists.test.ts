import { writeFileSync } from 'node:fs';
import { COLUMN_NAMES } from '../../commands/packet-view.js';
import type { PacketRow, Result } from '../../commands/result.js';
import { toldColumns } from '../../session/host.js';
import { parseHosts } from '../../session/hosts.js';
import { previewLines } from '../../session/render/packets.js';
import { PLAIN } from '../../session/render/paint.js';
import type { View } from '../../session/render/view.js';
import { widthOf } from '../../session/render/width.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  interfaceBlock,
  nameResolution,
  sectionHeader,
} from '../support/build-capture.js';
import { ethernet, ipv4, udp } from '../support/frames.js';
import { enterFolder, pcapsh, type Sitting, sit } from './fixture.js';

const view: View = { paint: PLAIN, width: 80, zone: 'UTC' };
const OFFICE = 'examples/office.pcapng';

const row = (changes: Partial<PacketRow>): PacketRow => ({
  number: 1,
  file: 1,
  timestamp: 0n,
  source: '10.0.0.1',
  sourcePort: 80,
  sourceName: null,
  destination: '2001:db8::1',
  destinationPort: 443,
  destinationName: null,
  protocol: 'TCP',
  application: null,
  protocols: ['eth', 'ip', 'tcp'],
  length: 1514,
  captured: 1514,
  flowId: null,
  interface: 'eth0',
  direction: null,
  comments: [],
  info: '[S]',
  ...changes,
});

const preview = (changes: Partial<Result & { kind: 'preview' }> = {}): Result & { kind: 'preview' } => ({
  kind: 'preview',
  packets: 2,
  of: 8,
  several: false,
  sources: [],
  columns: null,
  time: 'absolute',
  start: null,
  rows: [row({}), row({ number: 2, timestamp: null })],
  ...changes,
});

describe('a list of packets', () => {
  test('dates in the rows only for several days, untimed packets, several files, text of a capture escaped', () => {
    expect(previewLines(preview(), view)).toEqual([
      '  ✓ 2 packets (25.0 %) · 1970-01-01 UTC',
      '  #  time             source       destination        proto   len  info',
      '  1  00:00:00.000000  10.0.0.1:80  [2001:db8::1]:443  TCP    1514  [S]',
      '  2  -                10.0.0.1:80  [2001:db8::1]:443  TCP    1514  [S]',
    ]);
    const days = preview({
      several: true,
      rows: [row({}), row({ timestamp: 86_400_000_000_000n, info: 'a\u001b[31m\u202e' })],
    });
    expect(previewLines(days, { ...view, width: 120 })[3]).toBe(
      '  1:1  1970-01-02 00:00:00.000000  10.0.0.1:80  [2001:db8::1]:443  TCP    1514  a\\x1b[31m\\u{202e}',
    );
    expect(previewLines(preview({ packets: 0, rows: [] }), view)).toEqual(['  ✓ 0 packets (0.0 %)']);
    expect(previewLines(preview({ packets: null, rows: [] }), view)).toEqual(['  no packets']);
    expect(previewLines(preview({ packets: null, of: null }), view)[0]).toBe('  1970-01-01 UTC');
    expect(previewLines(preview({ packets: 12 }), view).at(-1)).toBe('  … and 10 more');
  });

  test('nothing is cut or left out where no width is known', () => {
    const info = 'x'.repeat(300);
    const [, titles, line] = previewLines(preview({ rows: [row({ info })] }), { ...view, whole: true });
    expect(titles).toContain('proto   len  info');
    expect(line).toBe(`  1  00:00:00.000000  10.0.0.1:80  [2001:db8::1]:443  TCP    1514  ${info}`);
    expect(toldColumns('132')).toBe(132);
    for (const text of [undefined, '', '0', '-5', '80x', '1e9']) expect(toldColumns(text)).toBe(0);
  });

  test('times since the first packet, and since the one shown before', () => {
    const rows = [
      row({ timestamp: 1_500_000_000n }),
      row({ timestamp: null }),
      row({ timestamp: 1_750_000_999n }),
      row({ timestamp: 1_000_000_000n }),
    ];
    const times = (changes: Partial<Result & { kind: 'preview' }>): string[] =>
      previewLines(preview({ rows, start: 1_000_000_000n, columns: ['number', 'time'], ...changes }), view)
        .slice(2)
        .map((line) => line.trim().split(/\s+/)[1])
        .filter((word) => word !== 'and');
    expect(times({ time: 'relative' })).toEqual(['0.500000', '-', '0.750000', '0.000000']);
    expect(times({ time: 'delta' })).toEqual(['0.000000', '-', '0.250000', '-0.750000']);
    const both = previewLines(preview({ rows, start: 0n, columns: ['delta', 'relative'] }), view);
    expect(both[1]).toBe('      delta  relative');
    expect(both[4]).toBe('   0.250000  1.750000');
  });

  test('below 100 columns length and protocol make room for the words about a packet', () => {
    const info = 'Client Hello, server name www.example.org';
    const rows = [
      row({ source: '192.168.3.20', destination: '192.168.3.1', sourcePort: 40000, protocol: 'TLS', info }),
    ];
    const shown = (width: number, changes: Partial<PacketRow> = {}): string[] =>
      previewLines(preview({ rows: [{ ...rows[0], ...changes }], packets: null }), { ...view, width }).slice(1);
    expect(shown(99)[0]).toMatch(/proto {3}len {2}info$/);
    expect(shown(80)).toEqual([
      '  #  time             source           destination      info',
      '  1  00:00:00.000000  192.168.3.20:4…  192.168.3.1:443  TLS Client Hello, serve…',
    ]);
    expect(shown(92)[0]).toMatch(/destination {6}proto {2}info$/);
    expect(shown(80, { info: 'TLS 1.3' })[1]).toMatch(/ {2}TLS {4}1514 {2}TLS 1\.3$/);
    const far = { source: '2001:db8:1111:2222:3333:4444:5555:6666', info: '[S] and more than fits here' };
    expect(shown(100, far)[1]).toMatch(/2001:db8:1111:222… {2}.* {2}TLS {4}1514 /);
    // A protocol that the words begin with is not told twice.
    expect(shown(72, { info: `TLS ${info}` })[1]).toMatch(/ {2}TLS Client Hell…$/);
    const chosen = previewLines(preview({ rows, packets: null, columns: ['time', 'source', 'length', 'info'] }), {
      ...view,
      width: 60,
    });
    expect(chosen[1]).toMatch(/source.*len {2}info$/);
  });

  test('names stand for addresses, escaped; their ports stay', () => {
    const named = row({ sourceName: 'gate\u001bway', destinationName: '東京', destinationPort: null });
    const [, , line] = previewLines(preview({ rows: [named], packets: 1, of: null }), view);
    expect(line).toBe('  1  00:00:00.000000  gate\\x1bway:80  東京         TCP    1514  [S]');
  });

  test('every column by itself, and all of them, at every width', () => {
    const full = row({
      application: 'tls',
      flowId: '00112233445566aa',
      direction: 'inbound',
      comments: ['first', 'sec\u0007ond'],
      info: '長い説明'.repeat(20),
    });
    const rows = [full, row({ number: 2_000_000 })];
    for (let width = 40; width < 180; width += 7) {
      for (const columns of [null, COLUMN_NAMES, ...COLUMN_NAMES.map((name) => [name])]) {
        for (const line of previewLines(preview({ rows, columns }), { ...view, width }))
          expect(widthOf(line)).toBeLessThanOrEqual(width);
      }
    }
    const [, , line] = previewLines(preview({ rows, columns: ['comment', 'application', 'flow', 'protocols'] }), view);
    expect(line).toBe('  first · sec\\x07ond  tls          00112233445566aa  eth:ip:tcp');
  });
});

describe('in a session', () => {
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

  const lastPreview = (): Result & { kind: 'preview' } =>
    sitting.outcomes.at(-1)!.results.at(-1) as Result & { kind: 'preview' };
  const lastMessage = (): string | undefined => sitting.outcomes.at(-1)!.error?.message;

  test('columns and times by flag and by setting; a flag wins', async () => {
    await sitting.run(`o = load ${OFFICE}`, 'o | preview 3 --columns number,flow,info --time delta');
    expect(lastPreview()).toMatchObject({ columns: ['number', 'flow', 'info'], time: 'delta' });
    expect(lastPreview().rows.map(({ flowId }) => flowId)).toContainEqual(expect.stringMatching(/^[0-9a-f]{16}$/));
    await sitting.run('o | preview 3');
    expect(lastPreview()).toMatchObject({ columns: null, time: 'absolute', start: lastPreview().rows[0].timestamp });
    await sitting.run('set columns number,time,info', 'set time relative', 'o | nth 5');
    expect(lastPreview()).toMatchObject({ columns: ['number', 'time', 'info'], time: 'relative' });
    await sitting.run('o | head 1');
    const first = lastPreview().rows[0].timestamp;
    for (const line of ['o | tail 2 --time relative', 'o | head 2 --columns number', 'o | filter udp']) {
      await sitting.run(line);
      expect(lastPreview()).toMatchObject({ time: 'relative', start: first });
    }
    await sitting.run('set columns default', 'o | head 2');
    expect(lastPreview().columns).toBeNull();
  });

  test('what is no column, no time and no setting', async () => {
    await sitting.run(`o = load ${OFFICE}`);
    for (const [line, message] of [
      ['o | preview --columns number,sorce', '--columns knows no "sorce"'],
      ['o | preview --columns number,', '--columns knows no ""'],
      ['o | preview --time later', '--time is absolute, relative or delta, not "later"'],
      ['set columns number,sorce', 'there is no column "sorce"'],
      ['set time later', 'time is absolute, relative or delta, not "later"'],
      ['set names maybe', 'names is on or off, not "maybe"'],
      ['set hosts nowhere', 'there is no file nowhere'],
    ]) {
      await sitting.run(line);
      expect(lastMessage()).toBe(message);
    }
    expect(sitting.outcomes[1].error).toMatchObject({ span: [29, 34], hint: 'did you mean source?' });
    expect(sitting.outcomes[4].error).toMatchObject({ hint: 'did you mean source?' });
  });

  test('names of a hosts file: shown for addresses, which stay in --json', async () => {
    writeFileSync('hosts', '# office\n10.0.0.1\tgateway gw\n2001:DB8:0::1 gateway6\nfe80::1%lo0 local\n');
    await sitting.run(`o = load ${OFFICE}`, 'set hosts hosts');
    expect(sitting.outcomes.at(-1)!.results[0]).toMatchObject({ text: 'hosts is hosts: 3 names' });
    await sitting.run('o | filter src host 10.0.0.1 | head 1');
    expect(lastPreview().rows[0]).toMatchObject({ source: '10.0.0.1', sourceName: 'gateway' });
    await sitting.run('o | filter ip6 src host 2001:db8::1 | head 1');
    expect(lastPreview().rows[0].sourceName).toBe('gateway6');
    await sitting.run('set names off', 'o | filter src host 10.0.0.1 | head 1');
    expect(lastPreview().rows[0].sourceName).toBeNull();
    await sitting.run('set names on', 'set hosts none', 'o | filter src host 10.0.0.1 | head 1');
    expect(lastPreview().rows[0].sourceName).toBeNull();
    const ran = await pcapsh(['-c', `set hosts hosts\nload ${OFFICE} | filter src host 10.0.0.1 | head 1`, '--json']);
    expect(ran.json()[1]).toMatchObject({
      result: { rows: [{ source: '10.0.0.1', sourceName: 'gateway', destination: expect.any(String) }] },
    });
  });

  test('a hosts file of a script lies beside the script; a wrong one leaves the names as they were', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync('case');
    writeFileSync('case/names', '10.0.0.1 gateway\n');
    writeFileSync('case/a.pcapsh', 'set hosts names\n');
    writeFileSync('bad', '10.0.0.1 a\n\n10.0.0.300 b\n');
    await sitting.run('run case/a.pcapsh', `o = load ${OFFICE}`, 'set hosts bad');
    expect(lastMessage()).toBe('bad, line 3: 300 in "10.0.0.300" is above 255');
    await sitting.run('o | filter src host 10.0.0.1 | head 1');
    expect(lastPreview().rows[0].sourceName).toBe('gateway');
  });

  test('names of the capture itself, wherever their block stands; a hosts file wins', async () => {
    const packet = ethernet(0x0800, ipv4({ protocol: 17, payload: udp(new Uint8Array(4)) }));
    const blocks = [sectionHeader(), interfaceBlock(1), enhancedPacket(packet, 1n)];
    const address = [packet[26], packet[27], packet[28], packet[29]];
    for (const place of [2, 3]) {
      const all = [...blocks];
      all.splice(place, 0, nameResolution(address, `from\u001b${place}`));
      writeFileSync(`${place}.pcapng`, concatBytes(all));
      await sitting.run(`load ${place}.pcapng | count`, `load ${place}.pcapng | head 1`);
      expect(lastPreview().rows[0]).toMatchObject({ source: address.join('.'), sourceName: `from\u001b${place}` });
    }
    const ran = await pcapsh(['preview', '2.pcapng']);
    expect(ran.out).toContain('from\\x1b2');
    writeFileSync('hosts', `${address.join('.')} mine\n`);
    await sitting.run('set hosts hosts', 'load 2.pcapng | head 1');
    expect(lastPreview().rows[0].sourceName).toBe('mine');
  });

  test('a configuration names columns, times and hosts; what is wrong in it is told', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync('config/pcapsh', { recursive: true });
    writeFileSync('config/pcapsh/names', '10.0.0.1 gateway\n');
    writeFileSync('config/pcapsh/config.json5', "{ columns: ['number', 'source'], time: 'delta', hosts: 'names' }");
    const environment = { XDG_CONFIG_HOME: `${process.cwd()}/config` };
    const ran = await pcapsh(['head', OFFICE, '1', '--filter', 'src host 10.0.0.1'], { environment });
    expect(ran.out).toMatch(/#\s+source\n\s+\d+\s+gateway/);
    writeFileSync('config/pcapsh/config.json5', "{ columns: ['nummer'], hosts: 'nowhere' }");
    const wrong = await pcapsh(['head', OFFICE, '1'], { environment });
    expect(wrong.err).toContain('there is no column "nummer"');
    expect(wrong.err).toContain('nowhere');
    expect(wrong.status).toBe(0);
  });

  test('relative times of a pipe, and of a capture without packets', async () => {
    writeFileSync('empty.pcap', buildPcap({ records: [] }));
    expect((await pcapsh(['preview', 'empty.pcap', '--time', 'relative'])).out).toBe('  no packets\n');
  });
});

describe('hosts(5)', () => {
  test('the first name of an address, whatever way it is written', () => {
    expect([...parseHosts('\n 127.0.0.1 localhost  x # y\n::0001 ip6\n#\n127.0.0.1 later\r\n', 'h')]).toEqual([
      ['127.0.0.1', 'localhost'],
      ['::1', 'ip6'],
    ]);
  });

  test.each([
    ['10.0.0.1', 'h, line 1: "10.0.0.1" has no name'],
    ['name 10.0.0.1', 'h, line 1: IPv4 address "name" has 1 part, not 4'],
    ['\n1::2::3 x', 'h, line 2: "1::2::3" shortens zeros by "::" twice'],
  ])('%j: %s', (text, message) => expect(() => parseHosts(text, 'h')).toThrow(message));
});
