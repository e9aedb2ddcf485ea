import { compileFilter, type FilterTable } from '../../src/filter/filter.js';
import { allocateSegment, NO_FLOW, OVERFLOW, RowFlag, type Segment } from '../../src/table/columns.js';
import type { Encapsulation } from '../../src/table/encapsulation.js';
import { allocateFlows } from '../../src/table/flow-columns.js';

const IPV4 = 0x0800;

function encapsulation(linkType: number, outerType: number): Encapsulation {
  return {
    linkType,
    outerType,
    vlans: [],
    mpls: [],
    pppoeSession: null,
    tags: [],
    etherType: outerType,
    networkOffset: 14,
    layers: [],
  };
}

/** A table of TCP flows n: 10.0.0.1 port 1000 + n to 10.0.0.2 port 80. */
function tableOf(flowCount: number, ...encapsulations: Encapsulation[]): FilterTable {
  const flows = allocateFlows(flowCount);
  flows.count = flowCount;
  for (let flow = 0; flow < flowCount; flow++) {
    flows.high[flow] = 1;
    flows.lowPort[flow] = 1000 + flow;
    flows.highPort[flow] = 80;
    flows.protocol[flow] = 6;
  }
  const words = Uint32Array.of(0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0x0a000002);
  return { flows, addresses: { count: 2, words }, encapsulations, linkTypeOf: () => 1 };
}

function segmentOf(rows: number, fill: (segment: Segment, row: number) => void): Segment {
  const segment = allocateSegment(rows);
  for (let row = 0; row < rows; row++) fill(segment, row);
  return segment;
}

function run(text: string, table: FilterTable, segment: Segment, rows: number): { set: number[]; left: number[] } {
  const out = new Uint32Array((rows + 31) >>> 5).fill(0xffffffff);
  const left = [...compileFilter(text).forTable(table)(segment, rows, out)];
  return { set: setBits(out, rows), left };
}

const setBits = (out: Uint32Array, rows: number): number[] =>
  Array.from({ length: rows }, (_, row) => row).filter((row) => ((out[row >>> 5] >>> (row & 31)) & 1) === 1);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test('flow and direction decide', () => {
  const table = tableOf(10, encapsulation(1, IPV4));
  const segment = segmentOf(100, (s, row) => {
    s.flow[row] = row % 20;
  });
  expect(run('src port 1003', table, segment, 100)).toEqual({
    set: upTo(100).filter((row) => row % 20 === 6),
    left: [],
  });
  expect(run('dst port 1003', table, segment, 100).set).toEqual(upTo(100).filter((row) => row % 20 === 7));
  expect(run('src host 10.0.0.2', table, segment, 100).set).toEqual(upTo(100).filter((row) => row % 2 === 1));
});

test('what columns cannot tell is left to the bytes', () => {
  const table = tableOf(
    1,
    encapsulation(1, IPV4),
    encapsulation(1, 0),
    encapsulation(105, IPV4),
    encapsulation(1, 0x0806),
  );
  const segment = segmentOf(70, (s, row) => {
    if (row === 3) s.flags[row] = RowFlag.bytes;
    if (row === 4) s.encapsulation[row] = OVERFLOW;
    if (row === 5) s.encapsulation[row] = 1;
    if (row === 6) s.encapsulation[row] = 2;
    if (row === 7) s.encapsulation[row] = 3;
    if (row === 8) s.flow[row] = NO_FLOW;
  });
  expect(run('host 10.0.0.1', table, segment, 70).left).toEqual([3, 4, 5, 6, 7, 8]);
  expect(run('tcp', table, segment, 70)).toEqual({
    set: upTo(70).filter((row) => row < 3 || row > 8),
    left: [3, 4, 5, 6, 8],
  });
  expect(run('tcp[13] = 2', table, segment, 70).left).toHaveLength(69);
  expect(run('arp', table, segment, 70).set).toEqual([7]);
  expect(run('ether src 1:2:3:4:5:6', table, segment, 70).left).toHaveLength(70);
});

test('many rows for the bytes', () => {
  const table = tableOf(1, encapsulation(1, IPV4));
  const segment = segmentOf(5000, (s, row) => {
    s.flags[row] = RowFlag.bytes;
  });
  expect(run('tcp', table, segment, 5000)).toEqual({ set: [], left: upTo(5000) });
});

test('later fragments have no ports', () => {
  const table = tableOf(1, encapsulation(1, IPV4));
  const segment = segmentOf(96, (s, row) => {
    if (row >= 40) s.flags[row] = RowFlag.laterFragment;
  });
  expect(run('port 80', table, segment, 96).set).toEqual(upTo(40));
  expect(run('not port 80', table, segment, 96).set).toEqual(upTo(96).slice(40));
  expect(run('tcp', table, segment, 96).set).toEqual(upTo(96));
});

test('lengths, longer ones than any packet among them', () => {
  const table = tableOf(1, encapsulation(1, IPV4));
  const lengths = [0, 59, 60, 61, 65_535, 65_536, 65_537, 70_000, 0xffffffff];
  const segment = segmentOf(90, (s, row) => {
    s.originalLength[row] = lengths[row % lengths.length];
  });
  const holds: [string, (length: number) => boolean][] = [
    ['less 60', (length) => length <= 60],
    ['greater 65536', (length) => length >= 65_536],
    ['len = 60 or len = 70000', (length) => length === 60 || length === 70_000],
    ['tcp and len != 61 and greater 0', (length) => length !== 61],
    ['len >= 0', () => true],
    ['len > 4294967294', (length) => length === 0xffffffff],
  ];
  for (const [text, wanted] of holds) {
    const rows = upTo(90).filter((row) => wanted(lengths[row % lengths.length]));
    expect([text, run(text, table, segment, 90)]).toEqual([text, { set: rows, left: [] }]);
  }
  const many = Array.from({ length: 300 }, (_, i) => `len = ${2 * i}`).join(' or ');
  expect(run(many, table, segment, 90).set).toEqual(
    upTo(90).filter((row) => [0, 60].includes(lengths[row % lengths.length])),
  );
});

test('a table that grows between two segments', () => {
  const filter = compileFilter('src port 1001 or src port 1050');
  const growing = { ...tableOf(2, encapsulation(1, IPV4)) };
  const segmentTest = filter.forTable(growing);
  const out = new Uint32Array(4);
  const first = segmentOf(64, (s, row) => {
    s.flow[row] = row % 4;
  });
  segmentTest(first, 64, out);
  expect(setBits(out, 64)).toEqual(upTo(64).filter((row) => row % 4 === 2));
  Object.assign(growing, { flows: tableOf(100).flows });
  const second = segmentOf(128, (s, row) => {
    s.flow[row] = row;
  });
  segmentTest(second, 128, out);
  expect(setBits(out, 128)).toEqual([2, 100]);
});

test('without room for verdicts each packet is decided', () => {
  // 300 classes of length times 200,000 directions of flows are more than 64 MiB.
  const table = tableOf(100_000, encapsulation(1, IPV4));
  const many = Array.from({ length: 350 }, (_, i) => `len = ${10 * i}`).join(' or ');
  const segment = segmentOf(100, (s, row) => {
    s.flow[row] = 1000 * row;
    s.originalLength[row] = row;
  });
  expect(run(`src port 1500 and (${many}) or src port 1000 and (${many})`, table, segment, 100).set).toEqual([0]);
});

test('a flow for each packet: decided ahead, in a table too large to decide at once', () => {
  const table = tableOf(70_000, encapsulation(1, IPV4));
  const segment = segmentOf(6000, (s, row) => {
    s.flow[row] = 2 * row;
    s.originalLength[row] = row % 3 === 0 ? 60 : 70_000;
  });
  expect(run('src port 1500', table, segment, 6000)).toEqual({ set: [500], left: [] });
  const rows = upTo(6000).filter((row) => row % 3 === 0);
  expect(run('src portrange 1000-9000 and less 60', table, segment, 6000)).toEqual({ set: rows, left: [] });
});

test('a link type for which libpcap refuses the expression', () => {
  const table = tableOf(1, encapsulation(189, -1));
  const segment = segmentOf(8, () => undefined);
  expect(() => run('tcp', table, segment, 8)).toThrow('link type 189 does not tell which protocol it carries');
  expect(run('less 4', table, segment, 8).left).toEqual(upTo(8));
});

test('other EtherTypes are known on Ethernet alone', () => {
  const table = tableOf(1, encapsulation(1, 0x88cc), encapsulation(101, IPV4));
  const segment = segmentOf(8, (s, row) => {
    s.encapsulation[row] = row % 2;
  });
  expect(run('ether proto 0x88cc', table, segment, 8)).toEqual({ set: [0, 2, 4, 6], left: [1, 3, 5, 7] });
});
