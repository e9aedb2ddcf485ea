import fc from 'fast-check';
import { createOutline, type Outline, setAddresses } from '../../src/decode/outline.js';
import type { AddressColumns, FlowColumns } from '../../src/table/flow-columns.js';
import { FlowTable } from '../../src/table/flow-table.js';
import type { Nanos } from '../../src/time.js';

/** A packet as the flow table sees it. */
interface Seen {
  source: readonly [number, number, number, number];
  destination: readonly [number, number, number, number];
  ports: readonly [number, number];
  protocol: number;
  icmp: number;
  length: number;
  /** Whole nanoseconds since 1970, or null. */
  time: Nanos | null;
}

const MAPPED = 0xffff;
const FAR = Uint32Array.of(0, 0, MAPPED, 0xc0a80001);
const SECOND = 1_000_000_000n;
const LAST_SECOND = 0xffffffffn;

function fill(o: Outline, seen: Seen): void {
  setAddresses(o, Uint32Array.from(seen.source), 0, Uint32Array.from(seen.destination), 0);
  [o.sourcePort, o.destinationPort] = seen.ports;
  o.protocol = seen.protocol;
  o.icmp = seen.icmp;
  o.hasAddresses = 1;
}

/** Adds packets and returns the flow column. */
function addAll(table: FlowTable, packets: readonly Seen[]): Uint32Array {
  const o = createOutline();
  const column = new Uint32Array(packets.length);
  const columns = { flow: column, payloadLength: new Uint32Array(packets.length) };
  packets.forEach((seen, row) => {
    fill(o, seen);
    const { time } = seen;
    if (time !== null && time >= 0n && time / SECOND <= LAST_SECOND) {
      table.add(o, seen.length, Number(time / SECOND), Number(time % SECOND), row, columns);
    } else {
      table.flush(columns);
      column[row] = table.find(o);
      table.addExact(column[row], seen.length, time, row, columns);
    }
  });
  table.flush(columns);
  return column;
}

/** The rows of a table as text and numbers, in an order that does not depend on arrival. */
function rowsOf({ flows, addresses }: { flows: FlowColumns; addresses: AddressColumns }): Record<string, unknown> {
  const address = (ordinal: number): string => addresses.words.subarray(4 * ordinal, 4 * ordinal + 4).join('.');
  const rows: [string, unknown][] = Array.from({ length: flows.count }, (_, i) => [
    `${address(flows.low[i])}:${flows.lowPort[i]} ${address(flows.high[i])}:${flows.highPort[i]} ${flows.protocol[i]}`,
    {
      packets: [flows.packets[2 * i], flows.packets[2 * i + 1]],
      bytes: [flows.bytes[2 * i], flows.bytes[2 * i + 1]],
      first: [flows.firstSeconds[i], flows.firstNanoseconds[i]],
      last: [flows.lastSeconds[i], flows.lastNanoseconds[i]],
      direction: flows.firstDirection[i],
      icmp: flows.icmp[i],
      exact: flows.exactTimes.get(i),
    },
  ]);
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function tableOf(packets: readonly Seen[]): FlowTable {
  const table = new FlowTable();
  addAll(table, packets);
  return table;
}

const address = fc.oneof(
  fc.constantFrom(1, 2, 0xfffffffe).map((last) => [0, 0, MAPPED, last] as const),
  fc.constantFrom(1, 2, 0x80000000).map((last) => [0x20010db8, 0, 0, last] as const),
  fc.constantFrom(1, 2).map((last) => [0, 0, 0, last] as const),
);

const seen: fc.Arbitrary<Seen> = fc.record({
  source: address,
  destination: address,
  ports: fc.tuple(fc.constantFrom(0, 53, 65535), fc.constantFrom(0, 53, 80)),
  protocol: fc.constantFrom(1, 6, 17, 255),
  icmp: fc.constantFrom(0, 0x0800),
  length: fc.nat(65_535),
  time: fc.oneof(
    { weight: 6, arbitrary: fc.bigInt(0n, 20n).map((n) => 1_700_000_000n * SECOND + n * 300_000_000n) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Nanos | null>(null, -5n, LAST_SECOND * SECOND + SECOND, LAST_SECOND * SECOND),
    },
  ),
});

/** The table as the plainest code makes it. */
function expected(packets: readonly Seen[]): Record<string, { packets: number[]; bytes: number[]; protocol: number }> {
  const rows: Record<string, { packets: number[]; bytes: number[]; protocol: number }> = {};
  for (const { source, destination, ports, protocol, length } of packets) {
    const ends = [
      { words: source, port: ports[0] },
      { words: destination, port: ports[1] },
    ];
    const order =
      ends[0].words.map((word, i) => word - ends[1].words[i]).find((difference) => difference !== 0) ??
      ports[0] - ports[1];
    const direction = order > 0 ? 1 : 0;
    const [low, high] = direction === 0 ? ends : [ends[1], ends[0]];
    const key = `${low.words.join('.')}:${low.port} ${high.words.join('.')}:${high.port} ${protocol}`;
    rows[key] ??= { packets: [0, 0], bytes: [0, 0], protocol };
    rows[key].packets[direction]++;
    rows[key].bytes[direction] += length;
  }
  return rows;
}

/** The number that undoes a multiplication by an odd one, modulo 2^32 (Newton's iteration). */
function inverse(odd: number): number {
  let found = odd;
  for (let i = 0; i < 5; i++) found = Math.imul(found, 2 - Math.imul(odd, found));
  return found;
}

describe('the flow table', () => {
  it('holds a row for each bidirectional 5-tuple', () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 200 }), (packets) => {
        const rows = rowsOf(tableOf(packets).toColumns());
        const wanted = expected(packets);
        expect(Object.keys(rows).sort()).toEqual(Object.keys(wanted).sort());
        for (const [key, { packets: counts, bytes }] of Object.entries(wanted))
          expect(rows[key]).toMatchObject({ packets: counts, bytes });
      }),
    );
  });

  it('is the same in whatever order packets of different times arrive', () => {
    const distinct = fc
      .array(seen, { maxLength: 100 })
      .map((packets) =>
        packets.map((one, i) => ({ ...one, time: 1_700_000_000n * SECOND + BigInt((i * 37) % 101) * 10_000_000n })),
      );
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (packets, random) => {
        const shuffled = packets
          .map((one) => ({ one, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(rowsOf(tableOf(shuffled).toColumns())).toEqual(rowsOf(tableOf(packets).toColumns()));
      }),
    );
  });

  it('is in two parts what it is in one', () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 120 }), fc.nat(120), (packets, at) => {
        const head = new FlowTable();
        const headColumn = addAll(head, packets.slice(0, at));
        const tail = new FlowTable();
        const tailColumn = addAll(tail, packets.slice(at));
        const columns = tail.toColumns();
        const flowOf = head.absorb(columns.flows, columns.addresses);
        const whole = new FlowTable();
        const wholeColumn = addAll(whole, packets);
        expect(rowsOf(head.toColumns())).toEqual(rowsOf(whole.toColumns()));
        // Flows appear in the same order, so even the ordinals are the same.
        expect([...headColumn, ...tailColumn.map((key) => flowOf[key >>> 1] * 2 + (key & 1))]).toEqual([
          ...wholeColumn,
        ]);
      }),
    );
  });

  it('takes an IPv4-mapped address for the IPv4 address, and does not mistake others for it', () => {
    const at = 1_700_000_000n * SECOND;
    const base = { ports: [1, 2] as const, protocol: 6, icmp: 0, length: 60, time: at };
    const ipv4 = [0, 0, MAPPED, 0x0a000001] as const;
    const compatible = [0, 0, 0, 0x0a000001] as const;
    const { flows, addresses } = tableOf([
      { ...base, source: ipv4, destination: ipv4 },
      { ...base, source: ipv4, destination: compatible },
      { ...base, source: compatible, destination: compatible },
      { ...base, source: ipv4, destination: ipv4 },
    ]).toColumns();
    expect(flows.count).toBe(3);
    expect(addresses.count).toBe(2);
    expect([...flows.packets]).toEqual([2, 0, 0, 1, 1, 0]);
  });

  it('grows to 150,000 flows, each found again', () => {
    const many = 150_000;
    const table = new FlowTable();
    const o = createOutline();
    const column = new Uint32Array(many);
    const columns = { flow: column, payloadLength: new Uint32Array(many) };
    const started = performance.now();
    for (let turn = 0; turn < 2; turn++) {
      for (let i = 0; i < many; i++) {
        const ipv6 = i % 3 === 0;
        const source = Uint32Array.from(ipv6 ? [0x20010db8, 0, i >>> 4, i] : [0, 0, MAPPED, i]);
        const destination = Uint32Array.from(ipv6 ? [0x20010db8, 0, 0, 1] : [0, 0, MAPPED, 0xffffffff]);
        setAddresses(o, source, 0, destination, 0);
        o.sourcePort = i & 0xffff;
        o.destinationPort = 80;
        o.protocol = 6;
        table.add(o, 100, 1_700_000_000, turn, i, columns);
      }
    }
    table.flush(columns);
    const milliseconds = performance.now() - started;
    expect(table.count).toBe(many);
    const { flows } = table.toColumns();
    expect(flows.packets.reduce((sum, packets) => sum + packets, 0)).toBe(2 * many);
    expect(new Set(column.map((key) => key >>> 1)).size).toBe(many);
    // Generous: it takes a tenth of a second. Colliding hashes would take minutes.
    expect(milliseconds).toBeLessThan(15_000);
  });

  it('finds flows quickly that were chosen to collide under the usual multipliers', () => {
    const many = 60_000;
    const table = new FlowTable();
    const o = createOutline();
    const column = new Uint32Array(many);
    const columns = { flow: column, payloadLength: new Uint32Array(many) };
    o.protocol = 6;
    const started = performance.now();
    for (let i = 0; i < many; i++) {
      const source = 0x0a000000 + i;
      // Ports that make low * 0x9e3779b1 ^ ports * 0xc2b2ae3d the same for all.
      const ports = Math.imul(inverse(0xc2b2ae3d), Math.imul(source, 0x9e3779b1));
      setAddresses(o, Uint32Array.of(0, 0, MAPPED, source, 0, 0, MAPPED, 0xc0a80001), 0, FAR, 0);
      o.sourcePort = ports >>> 16;
      o.destinationPort = ports & 0xffff;
      table.add(o, 100, 1, 0, i, columns);
    }
    table.flush(columns);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(table.count).toBe(many);
  });

  it.each([
    ['ports of one host', (i: number) => [0x0a000001, i & 0xffff, i >>> 16]],
    ['hosts that differ in their high bytes', (i: number) => [(i << 16) >>> 0, 1, i >>> 16]],
    ['hosts and ports that grow together', (i: number) => [0x0a000000 + i, i & 0xffff, i & 0xff]],
    ['multiples of a power of two', (i: number) => [(i * 4096) >>> 0, (i * 256) & 0xffff, 0]],
  ])('finds flows quickly among %s', (_, at) => {
    const many = 200_000;
    const table = new FlowTable();
    const o = createOutline();
    const column = new Uint32Array(many);
    const columns = { flow: column, payloadLength: new Uint32Array(many) };
    o.protocol = 17;
    const started = performance.now();
    for (let i = 0; i < many; i++) {
      const [source, sourcePort, destinationPort] = at(i);
      setAddresses(o, Uint32Array.of(0, 0, MAPPED, source, 0, 0, MAPPED, 0xc0a80001), 0, FAR, 0);
      o.sourcePort = sourcePort;
      o.destinationPort = destinationPort;
      table.add(o, 100, 1, 0, i, columns);
    }
    table.flush(columns);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(table.count).toBeGreaterThan(60_000);
  });
});
