import fc from 'fast-check';
import { accumulateFlows, allocateFlowCounters } from '../../src/analyze/flows.js';
import { createSummary, finishSummary, type SummaryInput, summaryFromState } from '../../src/analyze/summary.js';
import type { CaptureDescription, CaptureInterface } from '../../src/formats/model.js';
import { OVERFLOW, RowFlag } from '../../src/table/columns.js';
import type { Encapsulation } from '../../src/table/encapsulation.js';
import { bitmapOf, buildAddresses, buildFlows, buildSegment, ETHERNET_IPV4, type Row } from './build-table.js';

const ENCAPSULATIONS: Encapsulation[] = [
  ETHERNET_IPV4,
  { ...ETHERNET_IPV4, etherType: 0x86dd, outerType: 0x86dd },
  { ...ETHERNET_IPV4, vlans: [7], layers: ['eth', 'ethertype', 'vlan'] },
  { ...ETHERNET_IPV4, vlans: [8], layers: ['eth', 'ethertype', 'vlan'] },
  { ...ETHERNET_IPV4, etherType: 0x0806, outerType: 0x0806 },
  { ...ETHERNET_IPV4, etherType: 0x88b5, outerType: 0x88b5 },
  { ...ETHERNET_IPV4, linkType: 104, etherType: 0x8035, outerType: 0x8035, layers: ['chdlc'] },
];

const NO_FLOWS = { flows: buildFlows([], []), addresses: buildAddresses([]) };

function describeCapture(format: 'pcap' | 'pcapng', interfaces: [number, string | null][]): CaptureDescription {
  return {
    format,
    pcap: null,
    sections: [],
    compression: null,
    names: [],
    interfaces: interfaces.map(([linkType, name], id) => ({ id, linkType, name }) as CaptureInterface),
  };
}

function summarize(rows: readonly Row[], input: Partial<SummaryInput> = {}) {
  const accumulator = createSummary();
  accumulator.addSegment(buildSegment(rows), rows.length, null, ENCAPSULATIONS);
  return finishSummary(accumulator, { ...NO_FLOWS, sources: [], ...input });
}

test('an empty capture', async () => {
  expect(await summarize([])).toEqual({
    format: null,
    packets: 0,
    capturedBytes: 0,
    originalBytes: 0,
    firstTimestamp: null,
    lastTimestamp: null,
    duration: null,
    packetsPerSecond: null,
    bitsPerSecond: null,
    sizes: null,
    uniqueSourceAddresses: 0,
    uniqueDestinationAddresses: 0,
    protocols: {},
    applications: {},
    flows: 0,
    flowsByProtocol: {},
    topFlowsByBytes: [],
    topFlowsByPackets: [],
    topTalkers: [],
    interfaces: [],
    damage: [],
    partial: false,
  });
});

test('packets, bytes, times and rates', async () => {
  const summary = await summarize([
    { time: [100, 500], size: 1000, captured: 96 },
    { time: [99, 999_999_999], size: 60 },
    { time: [101, 0], size: 100_000, captured: 96 },
    { time: [101, 999_999_999], size: 60 },
    { time: [101, 5], size: 60 },
  ]);
  expect(summary).toMatchObject({
    packets: 5,
    capturedBytes: 372,
    originalBytes: 101_180,
    firstTimestamp: 99_999_999_999n,
    lastTimestamp: 101_999_999_999n,
    duration: 2_000_000_000n,
    packetsPerSecond: 2.5,
    bitsPerSecond: 404_720,
  });
  expect(summary.sizes).toMatchObject({ min: 60, median: 60, max: 100_000 });
});

test('exceptional times count, untimed packets do not', async () => {
  const summary = await summarize([
    { time: null, size: 60 },
    { time: [100, 1], size: 60 },
    { time: -5n, size: 60 },
    { time: 2n ** 70n, size: 60 },
  ]);
  expect(summary).toMatchObject({ packets: 4, firstTimestamp: -5n, lastTimestamp: 2n ** 70n });
  expect(await summarize([{ time: null, size: 60 }])).toMatchObject({
    packets: 1,
    firstTimestamp: null,
    duration: null,
  });
  const instant = await summarize([{ time: [7, 7], size: 60 }]);
  expect(instant).toMatchObject({ duration: 0n, packetsPerSecond: null, bitsPerSecond: null });
});

test('protocols: a packet once a name, later fragments without transport, VLANs together', async () => {
  const time = [1, 0] as const;
  const summary = await summarize([
    { time, size: 60, protocol: 6 },
    { time, size: 60, protocol: 6, encapsulation: 2 },
    { time, size: 60, protocol: 17, encapsulation: 3 },
    { time, size: 60, protocol: 17, flags: RowFlag.firstFragment },
    { time, size: 60, protocol: 17, flags: RowFlag.laterFragment },
    { time, size: 60, protocol: 58, encapsulation: 1 },
    { time, size: 60, protocol: 4 },
    { time, size: 60, protocol: 253 },
    { time, size: 60, encapsulation: 4 },
    { time, size: 60, encapsulation: 5 },
    { time, size: 60, encapsulation: 6 },
    { time, size: 60, protocol: 6, encapsulation: OVERFLOW },
  ]);
  expect(summary.protocols).toEqual({
    eth: 10,
    ethertype: 10,
    ip: 7,
    tcp: 3,
    udp: 2,
    vlan: 2,
    arp: 1,
    chdlc: 1,
    icmpv6: 1,
    ipv6: 1,
    slarp: 1,
  });
  expect(Object.keys(summary.protocols).slice(0, 4)).toEqual(['eth', 'ethertype', 'ip', 'tcp']);
});

test('the dictionary may grow between segments', async () => {
  const accumulator = createSummary();
  const dictionary = ENCAPSULATIONS.slice(0, 1);
  const row = { time: [1, 0] as const, size: 60, protocol: 6 };
  accumulator.addSegment(buildSegment([row]), 1, null, dictionary);
  dictionary.push(ENCAPSULATIONS[1]);
  accumulator.addSegment(buildSegment([{ ...row, encapsulation: 1 }]), 1, null, dictionary);
  const { protocols } = await finishSummary(accumulator, { ...NO_FLOWS, sources: [] });
  expect(protocols).toEqual({ eth: 2, ethertype: 2, tcp: 2, ip: 1, ipv6: 1 });
});

test('flows, addresses, talkers, interfaces and damage', async () => {
  const specs = [
    { low: 0, lowPort: 50_122, high: 1, highPort: 443, protocol: 6 },
    { low: 0, lowPort: 5353, high: 2, highPort: 53, protocol: 17 },
    { low: 1, lowPort: 0, high: 2, highPort: 0, protocol: 253 },
  ];
  const rows: Row[] = [
    { time: [10, 0], size: 100, flow: 0 },
    { time: [11, 0], size: 900, flow: 1 },
    { time: [12, 0], size: 70, flow: 3 },
    { time: [13, 0], size: 80, flow: 3 },
    { time: [14, 0], size: 90, flow: 3 },
    { time: [15, 0], size: 60 },
  ];
  const flows = buildFlows(specs, rows);
  const addresses = buildAddresses(['10.0.12.7', '192.168.3.9', '2001:db8::1']);
  const damage = { packet: 4, offset: 1042, reason: 'record length 0', skipped: 20 };
  const sources = [
    {
      description: describeCapture('pcapng', [
        [1, 'eth0'],
        [113, null],
      ]),
      damage: [],
    },
    { description: describeCapture('pcapng', [[65_000, null]]), damage: [damage] },
  ];
  const summary = await summarize(rows, { flows, addresses, sources });
  expect(summary).toMatchObject({
    format: 'pcapng',
    uniqueSourceAddresses: 3,
    uniqueDestinationAddresses: 2,
    flows: 2,
    flowsByProtocol: { tcp: 1, udp: 1 },
    partial: true,
  });
  expect(summary.topFlowsByBytes.map((flow) => flow.bytes)).toEqual([1000, 240]);
  expect(summary.topFlowsByPackets.map((flow) => flow.packets)).toEqual([3, 2]);
  expect(summary.topTalkers.map((host) => [host.address, host.bytes])).toEqual([
    ['10.0.12.7', 1240],
    ['192.168.3.9', 1000],
    ['2001:db8::1', 240],
  ]);
  expect(summary.damage).toEqual([{ ...damage, source: 2 }]);
  expect(summary.interfaces).toEqual([
    { id: 0, source: 1, linkType: 1, linkTypeName: 'EN10MB', linkTypeTitle: 'Ethernet', name: 'eth0' },
    { id: 1, source: 1, linkType: 113, linkTypeName: 'LINUX_SLL', linkTypeTitle: 'Linux cooked v1', name: null },
    { id: 2, source: 2, linkType: 65_000, linkTypeName: '65000', linkTypeTitle: 'link type 65000', name: null },
  ]);
  const mixed = [sources[0], { description: describeCapture('pcap', [[1, null]]), damage: [] }];
  expect(await summarize(rows, { flows, addresses, sources: mixed, top: 1 })).toMatchObject({
    format: null,
    topFlowsByBytes: [{ bytes: 1000 }],
    partial: false,
  });
});

const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  time: fc.oneof(
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })),
    fc.constantFrom(null, -7n, 2n ** 65n),
  ),
  size: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(65_535, 65_536, 4_294_967_295)),
  captured: fc.integer({ min: 0, max: 200 }),
  flow: fc.integer({ min: 0, max: 5 }),
  protocol: fc.constantFrom(6, 17, 255),
  encapsulation: fc.constantFrom(0, 1, 2, 3, 4, 5, OVERFLOW),
  flags: fc.constantFrom(0, RowFlag.laterFragment, RowFlag.firstFragment),
});

/** Everything a summary says, from any grouping of the rows into segments. */
async function answerOf(accumulator: ReturnType<typeof createSummary>) {
  return finishSummary(accumulator, { ...NO_FLOWS, sources: [] });
}

function accumulatorOf(rows: readonly Row[]) {
  const accumulator = createSummary();
  accumulator.addSegment(buildSegment(rows), rows.length, null, ENCAPSULATIONS);
  return accumulator;
}

test('merging is associative, equals one pass, and survives the way between threads', async () => {
  const part = fc.array(rowArbitrary, { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(part, part, part, async (a, b, c) => {
      const whole = await answerOf(accumulatorOf([...a, ...b, ...c]));
      const left = accumulatorOf(a);
      left.merge(accumulatorOf(b));
      left.merge(accumulatorOf(c));
      const right = accumulatorOf(b);
      right.merge(summaryFromState(structuredClone(accumulatorOf(c).toState())));
      const outer = accumulatorOf(a);
      outer.merge(right);
      expect(await answerOf(left)).toEqual(whole);
      expect(await answerOf(outer)).toEqual(whole);
    }),
    { numRuns: 25 },
  );
});

test('a selection is summed up like a capture that holds nothing else', async () => {
  const kept = fc.tuple(rowArbitrary, fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.array(kept, { maxLength: 80 }), async (pairs) => {
      const rows = pairs.map(([row]) => row);
      const chosen = pairs.filter(([, keep]) => keep).map(([row]) => row);
      const selection = bitmapOf(pairs.map(([, keep]) => keep));
      const accumulator = createSummary();
      accumulator.addSegment(buildSegment(rows), rows.length, selection, ENCAPSULATIONS);
      expect(await answerOf(accumulator)).toEqual(await answerOf(accumulatorOf(chosen)));
      const here = allocateFlowCounters(3);
      accumulateFlows(buildSegment(rows), rows.length, selection, here);
      const alone = allocateFlowCounters(3);
      accumulateFlows(buildSegment(chosen), chosen.length, null, alone);
      expect(here).toEqual(alone);
    }),
    { numRuns: 40 },
  );
});
