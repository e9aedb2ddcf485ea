import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capture } from '../../src/plan/capture.js';
import type { Packet } from '../../src/plan/packet.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { pcapsh } from '../session/fixture.js';
import { buildPcap } from '../support/build-capture.js';
import { carry, noise, TCP } from '../support/payloads.js';

/** LINKTYPE_IPV4. */
const LINK_TYPE = 228;
const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n');
const MORE = noise(1448, 7).fill(0xee, 0, 4);
const folder = mkdtempSync(join(tmpdir(), 'pcapsh-memory-'));
const path = join(folder, 'flows.pcap');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const packets = [
    carry(TCP, MORE, 40001),
    carry(TCP, REQUEST, 40001),
    carry(TCP, MORE.subarray(0, 1448), 40001),
    carry(TCP, new Uint8Array(0), 40001),
    carry(TCP, MORE, 40002),
    carry(TCP, MORE, 40001),
  ];
  const records = packets.map((data, seconds) => ({ seconds, fraction: 0, data }));
  writeFileSync(path, buildPcap({ linkWord: LINK_TYPE, records }));
});

async function withCapture<T>(interactive: boolean, use: (capture: Capture) => Promise<T>): Promise<T> {
  const workspace = openWorkspace({ interactive });
  try {
    return await use(await workspace.load([path]));
  } finally {
    await workspace.close();
  }
}

const names = (packets: readonly Packet[]): (string | null)[] => packets.map(({ application }) => application);

async function walk(capture: Capture): Promise<Packet[]> {
  const packets: Packet[] = [];
  for await (const packet of capture) packets.push(packet);
  return packets;
}

// A stream has not seen the request when the first packet comes by.
const TABLE = ['http', 'http', 'http', null, null, 'http'];
const STREAM = [null, ...TABLE.slice(1)];

describe.each([
  ['a table', true, TABLE],
  ['a stream', false, STREAM],
])("on %s a packet has its flow's application", (_name, interactive, expected) => {
  test('walked, by numbers in any order, behind a filter that drops what told it', async () => {
    await withCapture(interactive, async (capture) => {
      const packets = await walk(capture);
      expect(names(packets)).toEqual(expected);
      expect(packets.map((one) => one.protocols.includes('http'))).toEqual(expected.map((name) => name !== null));
      expect(packets[2].dissection.application).toBeNull();
      const ranges = [6, 1, 2, 5].map((number) => ({ file: 1, from: number, to: number }));
      expect(names((await capture.numbered(ranges)).packets)).toEqual([6, 1, 2, 5].map((n) => expected[n - 1]));
      expect(names(await walk(capture.filter('greater 1000')))).toEqual([0, 2, 4, 5].map((i) => expected[i]));
    });
  });

  test('seen by predicates', async () => {
    const count = expected.filter((name) => name !== null).length;
    await withCapture(interactive, async (capture) => {
      expect(await capture.filter((packet) => packet.protocols.includes('http')).count()).toBe(count);
    });
  });
});

test("lists and show tell the flow's protocol, and keep the words about the packet", async () => {
  const listed = await pcapsh(['nth', path, '3', '--columns', 'protocol,application,info']);
  expect(listed.out).toMatch(/HTTP +http +\[P\.\] 1448 bytes/);
  const shown = await pcapsh(['show', path, '3', '5', '--layers', 'tcp']);
  expect(shown.out.match(/http by its flow/g)).toHaveLength(1);
  const json = await pcapsh(['show', path, '3', '--json']);
  expect(JSON.stringify(json.json())).toContain('"application":"http"');
});
