import { copyFileSync, writeFileSync } from 'node:fs';
import type { Result } from '../../commands/result.js';
import { createPaint, PLAIN } from '../../session/render/paint.js';
import { renderResult } from '../../session/render/result.js';
import { widthOf } from '../../session/render/width.js';
import { layerNames } from '../../src/decode/known-protocols.js';
import { buildPcap } from '../support/build-capture.js';
import { ethernet, ipv4, udp } from '../support/frames.js';
import { carry, TCP } from '../support/payloads.js';
import { enterFolder, pcapsh, type Sitting, sit } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

interface JsonField {
  name: string;
  value: unknown;
  text: string;
  start: number;
  end: number;
  fields?: JsonField[];
}
interface JsonPacket {
  number: number;
  file?: number;
  layers: { name: string; start: number; end: number; problem?: string; fields: JsonField[] }[];
}

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

async function packets(...argv: string[]): Promise<JsonPacket[]> {
  const ran = await pcapsh(['show', ...argv, '--json']);
  return (ran.json()[0].result as { packets: JsonPacket[] }).packets;
}

const numbers = (result: Result | undefined): number[] =>
  (result as Result & { kind: 'packet' }).packets.map(({ packet }) => packet.number);

/** Number of the first DNS query over UDP and IPv4 in the example. */
async function query(): Promise<string> {
  const ran = await pcapsh(['head', OFFICE, '1', '--filter', 'ip and udp dst port 53', '--json']);
  return String((ran.json()[0].result as { rows: { number: number }[] }).rows[0].number);
}

/** The same capture twice as large as a record and header would be cut. */
function writeOdd(): void {
  const whole = ethernet(0x0800, ipv4({ protocol: 17, payload: udp(Uint8Array.of(1, 2, 3, 4), 0x1234) }));
  const records = [whole, whole.subarray(0, 26)].map((data) => ({ seconds: 0, fraction: 0, data }));
  writeFileSync('odd.pcap', buildPcap({ records }));
}

describe('as data', () => {
  test('one packet and many: layers with fields, each with its bytes', async () => {
    const number = await query();
    const one = await packets(OFFICE, number);
    const many = await packets(OFFICE, number, '3..4');
    expect(many.map((each) => each.number)).toEqual([Number(number), 3, 4]);
    expect(many[0]).toEqual(one[0]);
    expect(one[0]).not.toHaveProperty('file');
    const check = (field: JsonField, start: number, end: number): void => {
      expect(Object.keys(field)).toEqual(
        ['name', 'value', 'text', 'start', 'end', 'fields'].slice(0, field.fields === undefined ? 5 : 6),
      );
      expect(['number', 'string']).toContain(typeof field.value);
      expect(field.start).toBeGreaterThanOrEqual(start);
      expect(field.end).toBeLessThanOrEqual(end);
      for (const inner of field.fields ?? []) check(inner, start, end);
    };
    for (const { layers } of many)
      for (const layer of layers) for (const field of layer.fields) check(field, layer.start, 1 << 16);
    const names = one[0].layers.map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['eth', 'ip', 'udp']);
    expect(one[0].layers[1].fields).toContainEqual({ name: 'Time to Live', value: 64, text: '64', start: 22, end: 23 });
    const flags = one[0].layers[1].fields.find(({ name }) => name === 'Flags');
    expect(flags?.fields?.[1]).toMatchObject({ name: "Don't Fragment", value: 0, text: 'not set' });
  });

  test('a list has the bytes that its members stand in for a value', async () => {
    const ran = await pcapsh(['head', OFFICE, '1', '--filter', 'tcp port 443 and tcp[13] & 8 != 0', '--json']);
    const [{ number }] = (ran.json()[0].result as { rows: { number: number }[] }).rows;
    const [packet] = await packets(OFFICE, String(number), '--layers', 'tls');
    const lists: JsonField[] = [];
    const gather = (fields: JsonField[]): void => {
      for (const each of fields) {
        expect(['number', 'string']).toContain(typeof each.value);
        if (each.name === 'Cipher Suites') lists.push(each);
        gather(each.fields ?? []);
      }
    };
    gather(packet.layers[0].fields);
    expect(lists).toHaveLength(1);
    expect(lists[0].value).toMatch(new RegExp(`^[0-9a-f]{${2 * (lists[0].end - lists[0].start)}}$`));
  });

  test('of several files each packet says of which; what is wrong with a header says in which packet', async () => {
    writeOdd();
    copyFileSync('odd.pcap', 'again.pcap');
    const [cut] = await packets('odd.pcap', '2');
    expect(cut.layers[1].problem).toBe('IPv4 header: 20 bytes required, 12 available, at byte 14 (packet 2)');
    const [second] = await packets('odd.pcap', 'again.pcap', '2:2');
    expect(second).toMatchObject({ number: 2, file: 2 });
    expect(second.layers[1].problem).toMatch(/\(packet 2:2\)$/);
  });

  test('all that was asked for, or a refusal', async () => {
    const ran = await pcapsh(['show', OFFICE, '1..30', '--layers', 'eth', '--json']);
    const { result } = ran.json()[0] as { result: { packets: JsonPacket[]; more?: number } };
    expect(result.packets).toHaveLength(30);
    expect(result).not.toHaveProperty('more');
    const few = await pcapsh(['show', OFFICE, '1..30', '--limit', '2', '--json']);
    expect(few.json()[0].result).toMatchObject({ packets: [{ number: 1 }, { number: 2 }], more: 28 });
    const data = new Uint8Array(60);
    writeFileSync(
      'many.pcap',
      buildPcap({ records: Array.from({ length: 10_001 }, () => ({ seconds: 0, fraction: 0, data })) }),
    );
    const many = await pcapsh(['show', 'many.pcap', '1..10001', '--json']);
    expect(many.status).toBe(2);
    expect(many.json()[0].error).toMatchObject({
      code: 'show.too-many',
      message: 'these are 10001 packets, at most 10000 are one answer',
    });
  });
});

describe('on a screen', () => {
  test('what packets say is escaped once', async () => {
    const payload = new TextEncoder().encode('HTTP/1.1 200 \u001b[31m\u202e\r\nServer: \u0007\\x41\r\n\r\n');
    const data = ethernet(0x0800, carry(TCP, payload));
    writeFileSync('hostile.pcap', buildPcap({ records: [{ seconds: 0, fraction: 0, data }] }));
    const shown = (await pcapsh(['show', 'hostile.pcap', '1'])).out;
    expect(shown).toContain('  HTTP/1.1 200 \\x1b[31m\\u{202e}\n');
    expect(shown).toMatch(/ Server +\\x07\\x5cx41\n/);
    expect((await pcapsh(['head', 'hostile.pcap', '--columns', 'info'])).out).toContain(
      ' HTTP/1.1 200 \\x1b[31m\\u{202e}\n',
    );
  });

  test('the bytes of every field, sub-fields indented, bytes of the chosen layers', async () => {
    writeOdd();
    const ran = await pcapsh(['show', 'odd.pcap', '1', '--layers', 'udp']);
    expect(ran.out.split('\n').slice(1)).toEqual([
      '  34-41  UDP  40000 → 40001  length 4  checksum wrong, should be 0xaf4b',
      '  34-35    Source Port               40000',
      '  36-37    Destination Port          40001',
      '  38-39    Length                    12',
      '  40-41    Checksum                  0x1234 wrong, should be 0xaf4b',
      '',
      expect.stringContaining('0022  9c 40 9c 41 00 0c 12 34'),
      '',
    ]);
  });

  test('what is wrong is told in red with the packet, verdicts of checksums in green and red', async () => {
    writeOdd();
    await sitting.run('load odd.pcap | show 1..2');
    const [result] = sitting.outcomes[0].results;
    const painted = renderResult(result, { paint: await createPaint(true), width: 100, zone: 'UTC' }).join('\n');
    const good = (text: string): string => `\u001b[32m${text}\u001b[39m`;
    const bad = (text: string): string => `\u001b[31m${text}\u001b[39m`;
    expect(painted).toContain(good('ok'));
    expect(painted).toContain(bad('wrong, should be 0xaf4b'));
    expect(painted).toMatch(/\u001b\[31m *✗ IPv4 header: 20 bytes required, 12 available, at byte 14 \(packet 2\)/);
    expect(painted.split('\n').filter((line) => line.includes('#2'))).toHaveLength(1);
  });

  test('ten packets of a large range, and how to get more', async () => {
    await sitting.run(`o = load ${OFFICE}`, 'o | show 1..1000 --layers eth', 'o | show 5..7 3 --limit 3');
    const [result] = sitting.outcomes[1].results;
    expect(numbers(result)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(renderResult(result, { paint: PLAIN, width: 80, zone: 'UTC' }).at(-1)).toBe(
      '  … and 990 more: --limit N shows more at a time, --json all',
    );
    expect(numbers(sitting.outcomes[2].results[0])).toEqual([5, 6, 7]);
  });

  test('of a selection only what is in it', async () => {
    await sitting.run(
      `o = load ${OFFICE}`,
      'a = o | filter arp',
      'a | show 1..100 --limit 3',
      'o | filter arp | head 3',
    );
    const shown = numbers(sitting.outcomes[2].results[0]);
    const listed = sitting.outcomes[3].results[0] as Result & { kind: 'preview' };
    expect(shown).toEqual(listed.rows.map(({ number }) => number));
    const streamed = await pcapsh(['show', OFFICE, '1..100', '--filter', 'arp', '--limit', '3', '--json']);
    const { result } = streamed.json()[0] as { result: { packets: JsonPacket[]; more: number } };
    expect(result.packets.map(({ number }) => number)).toEqual(shown);
    expect(result.more).toBe((sitting.outcomes[2].results[0] as Result & { kind: 'packet' }).more);
    await sitting.run('a | show 1..2');
    expect(sitting.outcomes[4].error?.message).toBe('no packet of 1..2 is in this handle');
  });

  test('layers by their names, and what is none', async () => {
    const number = await query();
    await sitting.run(`load ${OFFICE} | show ${number} --layers arp`, `load ${OFFICE} | show 6 --layers ip,upd`);
    const [result] = sitting.outcomes[0].results;
    expect(renderResult(result, { paint: PLAIN, width: 80, zone: 'UTC' })[1]).toBe('  none of these layers is in it');
    expect(sitting.outcomes[1].error).toMatchObject({
      message: '--layers knows no "upd"',
      hint: 'did you mean udp?',
      span: [49, 52],
    });
  });

  test.each([40, 47, 60, 80, 160])('nothing is wider than %d columns', async (width) => {
    await sitting.run(`o = load ${OFFICE}`, 'o | show 1 700..760 --limit 100');
    const [result] = sitting.outcomes[1].results;
    for (const line of renderResult(result, { paint: PLAIN, width, zone: 'UTC' }))
      expect(widthOf(line)).toBeLessThanOrEqual(width);
  });

  test('a long summary goes on below itself', async () => {
    writeOdd();
    await sitting.run('load odd.pcap | show 1 --layers ip');
    const lines = renderResult(sitting.outcomes[0].results[0], { paint: PLAIN, width: 60, zone: 'UTC' });
    expect(lines.slice(2, 4)).toEqual([
      '  14-33  IPv4  10.0.0.1 → 10.0.0.2  ttl 64  id 7  length 32',
      '               checksum ok',
    ]);
  });

  test('names beside the addresses', async () => {
    writeFileSync('hosts', '10.0.0.1 gate\u0007way\n');
    const ran = await pcapsh(['-c', `set hosts hosts\nload ${OFFICE} | show ${await query()} --layers udp`]);
    expect(ran.out.replace(/\s+/g, ' ')).toContain('· 10.0.0.1 is gate\\x07way');
  });
});

describe('help protocols', () => {
  test('every protocol with its specification and what leads to it', async () => {
    const ran = await pcapsh(['help', 'protocols', '--json']);
    const { protocols } = ran.json()[0].result as {
      protocols: { name: string; specification: string; leads: string[] }[];
    };
    expect(protocols.find(({ name }) => name === 'ip')).toMatchObject({
      title: 'IPv4',
      specification: 'RFC 791',
      leads: expect.arrayContaining(['EtherType 0x0800', 'IP protocol 4', 'PPP 0x0021']),
    });
    expect(protocols.find(({ name }) => name === 'dns')?.leads).toContain('UDP 53');
    for (const { name, specification } of protocols) {
      expect(name).toMatch(/^[a-z0-9_.-]+$/);
      expect(specification).not.toBe('');
    }
    expect(layerNames()).toEqual([...protocols.map(({ name }) => name), 'data']);
    for (const columns of [40, 80, 160]) {
      const { out } = await pcapsh(['help', 'protocols'], { columns });
      for (const line of out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
    expect((await pcapsh(['help', 'protocol'])).err).toContain('did you mean protocols?');
  });
});

test.each(['abc', '5..3', '0'])('a number that cannot be meant is marked itself: %s', async (number) => {
  await sitting.run(`x = load ${OFFICE}`);
  for (const line of [`x | show 1 ${number}`, `x | why ${number}`]) {
    const [start, end] = (await sitting.run(line))!.error!.span!;
    expect([start, line.slice(start, end)]).toEqual([line.length - number.length, number]);
  }
  const { status, err } = await pcapsh(['show', OFFICE, number]);
  const [line, marks] = err.split('\n');
  expect(status).toBe(2);
  expect(line.endsWith(` ${number}`)).toBe(true);
  expect(marks).toBe(' '.repeat(line.length - number.length) + '─'.repeat(number.length));
});
