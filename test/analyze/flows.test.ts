import fc from 'fast-check';
import { flowTimes } from '../../src/analyze/flow-counters.js';
import {
  accumulateFlows,
  allocateFlowCounters,
  type FlowCounters,
  mergeFlowCounters,
  reportFlows,
} from '../../src/analyze/flows.js';
import { reportHosts } from '../../src/analyze/hosts.js';
import { createFlowIdHasher } from '../../src/table/flow-id.js';
import { bitmapOf, buildAddresses, buildFlows, buildSegment, type FlowSpec, type Row } from './build-table.js';

const ADDRESSES = buildAddresses(['10.0.12.7', '192.168.3.9', '2001:db8::1', 'fe80::2']);
const SPECS: FlowSpec[] = [
  { low: 0, lowPort: 50_122, high: 1, highPort: 443, protocol: 6 },
  { low: 0, lowPort: 0, high: 1, highPort: 0, protocol: 1, icmp: 8 * 256 },
  { low: 2, lowPort: 53, high: 3, highPort: 5353, protocol: 17 },
  { low: 0, lowPort: 0, high: 1, highPort: 0, protocol: 200 },
];

function count(rows: readonly Row[], timesByDirection = false, keep?: readonly boolean[]): FlowCounters {
  const counters = allocateFlowCounters(SPECS.length, timesByDirection);
  accumulateFlows(buildSegment(rows), rows.length, keep === undefined ? null : bitmapOf(keep), counters);
  return counters;
}

const ROWS: Row[] = [
  { time: [20, 0], size: 1500, flow: 1 },
  { time: [10, 5], size: 60, flow: 0 },
  { time: [30, 7], size: 60, flow: 0 },
  { time: [11, 0], size: 98, flow: 2 },
  { time: [12, 0], size: 98, flow: 3 },
  { time: null, size: 70, flow: 5 },
  { time: null, size: 90, flow: 4 },
  { time: [1, 0], size: 42 },
];

test('flows by bytes: the source sent the earliest packet, whatever the order in the file', async () => {
  const flows = buildFlows(SPECS, ROWS);
  const flowId = await createFlowIdHasher();
  const { total, rows } = await reportFlows(flows, ADDRESSES, flows);
  expect(total).toBe(3);
  expect(rows[0]).toEqual({
    flowId: flowId(ADDRESSES.words, 0, 50_122, 1, 443, 6),
    communityId: expect.stringMatching(/^1:.{27}=$/),
    protocol: 'tcp',
    application: null,
    source: '10.0.12.7',
    sourcePort: 50_122,
    destination: '192.168.3.9',
    destinationPort: 443,
    packets: 3,
    bytes: 1620,
    forward: { packets: 2, bytes: 120 },
    backward: { packets: 1, bytes: 1500 },
    first: 10_000_000_005n,
    last: 30_000_000_007n,
  });
  expect(rows[1]).toMatchObject({ protocol: 'icmp', sourcePort: 0, bytes: 196 });
  // No packet of it is timed: the first in the file tells the source.
  expect(rows[2]).toMatchObject({ source: 'fe80::2', destination: '2001:db8::1', first: null, last: null });
});

test('a protocol without a name is its number; top limits the rows, not the total', async () => {
  const rows: Row[] = [...ROWS, { time: [5, 0], size: 9000, flow: 7 }];
  const flows = buildFlows(SPECS, rows);
  const report = await reportFlows(flows, ADDRESSES, flows, { top: 1 });
  expect(report.total).toBe(4);
  expect(report.rows).toHaveLength(1);
  expect(report.rows[0]).toMatchObject({ protocol: '200', source: '192.168.3.9', bytes: 9000 });
  const byPackets = await reportFlows(flows, ADDRESSES, flows, { by: 'packets' });
  // Two flows have two packets: the one with more bytes comes first.
  expect(byPackets.rows.map((row) => [row.packets, row.bytes])).toEqual([
    [3, 1620],
    [2, 196],
    [2, 160],
    [1, 9000],
  ]);
});

test('a selection counts alone, and keeps the Community ID of the whole flow', async () => {
  const flows = buildFlows(SPECS, ROWS);
  const counters = count(ROWS, false, [true, false, false, false, true, false, false, true]);
  const { total, rows } = await reportFlows(flows, ADDRESSES, counters);
  expect(total).toBe(2);
  expect(rows[0]).toMatchObject({ source: '192.168.3.9', packets: 1, bytes: 1500, first: 20_000_000_000n });
  expect(rows[1]).toMatchObject({ source: '192.168.3.9', protocol: 'icmp' });
  const whole = await reportFlows(flows, ADDRESSES, flows);
  expect(rows.map((row) => row.communityId)).toEqual(whole.rows.slice(0, 2).map((row) => row.communityId));
});

test('unidirectional: a row for each direction with its own times', async () => {
  const flows = buildFlows(SPECS, ROWS);
  const flowId = await createFlowIdHasher();
  const { total, rows } = await reportFlows(flows, ADDRESSES, count(ROWS, true), { unidirectional: true });
  expect(total).toBe(6);
  expect(rows.map((row) => [row.source, row.bytes])).toEqual([
    ['192.168.3.9', 1500],
    ['10.0.12.7', 120],
    ['10.0.12.7', 98],
    ['192.168.3.9', 98],
    ['2001:db8::1', 90],
    ['fe80::2', 70],
  ]);
  expect(rows[0]).toMatchObject({
    flowId: flowId(ADDRESSES.words, 1, 443, 0, 50_122, 6, true),
    packets: 1,
    backward: { packets: 0, bytes: 0 },
    first: 20_000_000_000n,
    last: 20_000_000_000n,
  });
  await expect(reportFlows(flows, ADDRESSES, flows, { unidirectional: true })).rejects.toThrow('counted likewise');
});

test('exceptional times join the plain ones', () => {
  const rows: Row[] = [
    { time: [10, 0], size: 60, flow: 0 },
    { time: -3n, size: 60, flow: 1 },
    { time: 2n ** 70n, size: 60, flow: 0 },
    { time: -9n, size: 60, flow: 0 },
    { time: [12, 1], size: 60, flow: 4 },
    { time: 2n ** 66n, size: 60, flow: 5 },
  ];
  const counters = count(rows);
  expect(flowTimes(counters, 0)).toEqual({ first: -9n, last: 2n ** 70n, direction: 0 });
  expect(flowTimes(counters, 2)).toEqual({ first: 12_000_000_001n, last: 2n ** 66n, direction: 0 });
  expect(flowTimes(count([]), 0)).toEqual({ first: null, last: null, direction: 0 });
});

test('a segment newer than the flow table is refused', () => {
  expect(() => count([{ time: [1, 0], size: 60, flow: 8 }])).toThrow(
    'flow 4 of row 0 is beyond the 4 flows of the table',
  );
});

const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  time: fc.oneof(
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })),
    fc.constantFrom(null, -7n, 2n ** 65n),
  ),
  size: fc.integer({ min: 0, max: 2000 }),
  flow: fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined }),
});

/** Equal counts, and equal times and sources. */
function answers(counters: FlowCounters) {
  const times = Array.from(counters.firstSeconds.keys(), (i) => flowTimes(counters, i));
  return { packets: counters.packets, bytes: counters.bytes, times };
}

test('merging is associative and equals one pass', () => {
  const part = fc.array(rowArbitrary, { maxLength: 30 });
  fc.assert(
    fc.property(part, part, part, fc.boolean(), (a, b, c, byDirection) => {
      const whole = answers(count([...a, ...b, ...c], byDirection));
      const left = count(a, byDirection);
      mergeFlowCounters(left, count(b, byDirection));
      mergeFlowCounters(left, count(c, byDirection));
      const right = count(b, byDirection);
      mergeFlowCounters(right, count(c, byDirection));
      const outer = count(a, byDirection);
      mergeFlowCounters(outer, right);
      expect(answers(left)).toEqual(whole);
      expect(answers(outer)).toEqual(whole);
    }),
  );
});

test('hosts: a packet from an address to itself counts once, and as sent and received', () => {
  const specs = [...SPECS, { low: 3, lowPort: 1, high: 3, highPort: 2, protocol: 17 }];
  const rows: Row[] = [...ROWS, { time: [1, 0], size: 5000, flow: 8 }, { time: [1, 0], size: 1000, flow: 9 }];
  const flows = buildFlows(specs, rows);
  const report = reportHosts(flows, ADDRESSES, flows);
  expect(report).toMatchObject({ total: 4, sources: 4, destinations: 4 });
  expect(report.rows[0]).toEqual({
    address: 'fe80::2',
    packets: 4,
    bytes: 6160,
    sent: { packets: 3, bytes: 6070 },
    received: { packets: 3, bytes: 6090 },
    flows: 2,
  });
  expect(report.rows.map((row) => row.address)).toEqual(['fe80::2', '10.0.12.7', '192.168.3.9', '2001:db8::1']);
  expect(reportHosts(flows, ADDRESSES, flows, 2).rows).toHaveLength(2);
});
