import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { PcapshError } from '../../src/errors.js';
import { checkFilter } from '../../src/filter/bpf/check.js';
import { compileFilter, type Filter } from '../../src/filter/filter.js';
import { allocateBatch, type PacketBatch } from '../../src/formats/batch.js';
import type { CaptureDescription } from '../../src/formats/model.js';
import type { Segment } from '../../src/table/columns.js';
import { IndexPass } from '../../src/table/index-pass.js';
import { expression, packet, type TestPacket, taggedExpression } from './arbitrary.js';
import { interpret } from './interpreter.js';
import { runProgram } from './packet-filter-machine.js';

const ETHERNET = 1;

function batchOf(packets: readonly TestPacket[]): PacketBatch {
  const batch = allocateBatch(packets.length);
  const bytes = new Uint8Array(packets.reduce((sum, each) => sum + each.bytes.length, 0));
  let at = 0;
  packets.forEach((each, i) => {
    bytes.set(each.bytes, at);
    batch.start[i] = at;
    batch.length[i] = each.bytes.length;
    batch.originalLength[i] = each.original;
    batch.number[i] = i + 1;
    at += each.bytes.length;
  });
  return Object.assign(batch, { bytes, count: packets.length });
}

const DESCRIPTION: CaptureDescription = {
  format: 'pcap',
  pcap: null,
  sections: [],
  interfaces: [
    {
      id: 0,
      section: 0,
      linkType: ETHERNET,
      snapLength: 0,
      name: null,
      description: null,
      filter: null,
      os: null,
      timestampResolution: 6,
      timestampOffset: 0n,
      fcsLength: null,
      options: [],
    },
  ],
  names: [],
  compression: null,
};

function index(packets: readonly TestPacket[]): { segment: Segment; pass: IndexPass } {
  const segments: Segment[] = [];
  const pass = new IndexPass({ mostRows: packets.length, onSegment: (segment) => segments.push(segment) });
  pass.add(batchOf(packets), DESCRIPTION);
  pass.finish();
  return { segment: segments[0], pass };
}

const packets = fc.array(packet, { minLength: 1, maxLength: 100 });

/** null where libpcap refuses it too: nearly nothing can stand behind MPLS labels. */
function compiled(text: string): Filter | null {
  try {
    const filter = compileFilter(text);
    filter.forLinkType(ETHERNET);
    return filter;
  } catch (error) {
    if (error instanceof PcapshError && ['filter.behind-mpls', 'filter.link-type'].includes(error.code)) return null;
    throw error;
  }
}

test.each([
  ['plain', expression],
  ['tagged', taggedExpression],
])('the byte program is what the interpreter says: %s expressions', (_, texts) => {
  fc.assert(
    fc.property(texts, packets, (text, list) => {
      const filter = compiled(text);
      if (filter === null) return;
      const condition = checkFilter(filter.tree);
      const generated = filter.forLinkType(ETHERNET);
      for (const { bytes, original } of list) {
        // Among other bytes, so that a read beyond the packet would find something.
        const around = new Uint8Array(bytes.length + 80).fill(0x50);
        around.set(bytes, 7);
        const ours = generated(around, 7, bytes.length, original);
        const hex = Buffer.from(bytes).toString('hex');
        expect([hex, ours]).toEqual([hex, interpret(condition, bytes, original)]);
      }
    }),
    { numRuns: 400 },
  );
});

test('columns and bytes agree', () => {
  fc.assert(
    fc.property(
      fc.oneof(expression, taggedExpression),
      packets,
      fc.integer({ min: 1, max: 6 }),
      (text, some, times) => {
        // Runs of like packets are passed in blocks of 32 rows, others one by one.
        const list = some.flatMap((each) => Array<TestPacket>(times * times).fill(each));
        const filter = compiled(text);
        if (filter === null) return;
        const bytesTest = filter.forLinkType(ETHERNET);
        const { segment, pass } = index(list);
        const table = {
          ...pass.flows.toColumns(),
          encapsulations: pass.encapsulations.entries,
          linkTypeOf: () => ETHERNET,
        };
        const columnsTest = filter.forTable(table);
        // Twice: what was decided the first time is looked up the second.
        for (let round = 0; round < 2; round++) {
          const out = new Uint32Array((list.length + 31) >>> 5).fill(0xffffffff);
          const left = new Set(columnsTest(segment, list.length, out));
          list.forEach(({ bytes, original }, row) => {
            const set = ((out[row >>> 5] >>> (row & 31)) & 1) === 1;
            const wanted = bytesTest(bytes, 0, bytes.length, original);
            if (set !== (wanted && !left.has(row))) throw new Error(`${text}: row ${row} is ${set}`);
          });
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('"not" parts the packets whose headers are whole', () => {
  fc.assert(
    fc.property(expression, packet, (text, { bytes, original }) => {
      const plain = compileFilter(text).forLinkType(ETHERNET);
      const negated = compileFilter(`not (${text})`).forLinkType(ETHERNET);
      expect(plain(bytes, 0, bytes.length, original) && negated(bytes, 0, bytes.length, original)).toBe(false);
      // A division by zero rejects a packet, whole or not; a chain of headers may lead anywhere.
      if (text.includes('/ (') || text.includes('protochain')) return;
      const whole = new Uint8Array(400);
      whole.set(bytes);
      expect(plain(whole, 0, 400, original)).toBe(!negated(whole, 0, 400, original));
    }),
  );
});

test('"and" is one filter behind the other, "or" is either, where nothing shifts', () => {
  fc.assert(
    fc.property(expression, expression, packet, (a, b, { bytes, original }) => {
      const holds = (text: string): boolean =>
        compileFilter(text).forLinkType(ETHERNET)(bytes, 0, bytes.length, original);
      const [first, second] = [holds(a), holds(b)];
      expect(holds(`(${a}) and (${b})`)).toBe(first && second);
      // A load beyond the end of a cut packet ends the whole program, so that the other side is never asked.
      if (first) expect(holds(`(${a}) or (${b})`)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

/** null where it refuses. */
function tcpdumpProgram(linkType: string, text: string): number[][] | null {
  const args = ['-O', '-ddd', '-y', linkType, '--', text];
  try {
    const output = execFileSync('tcpdump', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = output.trim().split('\n').slice(1);
    return lines.map((line) => line.split(' ').map(Number));
  } catch {
    return null;
  }
}

function hasTcpdump(): boolean {
  try {
    execFileSync('tcpdump', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const withTcpdump = hasTcpdump() ? describe : describe.skip;
if (!hasTcpdump()) process.stderr.write('agreement with tcpdump: tcpdump is not installed, skipped\n');

withTcpdump('what tcpdump compiles without its optimiser, run on random packets', () => {
  test('random expressions on Ethernet', () => {
    const sample = fc.sample(packet, { numRuns: 300, seed: 7 });
    const texts = [expression, taggedExpression].flatMap((each) => fc.sample(each, { numRuns: 60, seed: 11 }));
    for (const text of texts) {
      const generated = compiled(text)?.forLinkType(ETHERNET);
      if (generated === undefined) continue;
      const program = tcpdumpProgram('EN10MB', text) ?? [];
      for (const { bytes, original } of sample) {
        const ours = generated(bytes, 0, bytes.length, original);
        expect([text, Buffer.from(bytes).toString('hex'), ours]).toEqual([
          text,
          Buffer.from(bytes).toString('hex'),
          runProgram(program, bytes, original),
        ]);
      }
    }
  });

  const LINK_TYPES: [string, number][] = [
    ['IEEE802', 6],
    ['ARCNET', 7],
    ['SLIP', 8],
    ['PPP', 9],
    ['FDDI', 10],
    ['PPP_SERIAL', 50],
    ['PPP_ETHER', 51],
    ['SYMANTEC_FIREWALL', 99],
    ['ATM_RFC1483', 100],
    ['RAW', 101],
    ['SLIP_BSDOS', 102],
    ['PPP_BSDOS', 103],
    ['C_HDLC', 104],
    ['IEEE802_11', 105],
    ['ATM_CLIP', 106],
    ['FRELAY', 107],
    ['LINUX_SLL', 113],
    ['LTALK', 114],
    ['PFLOG', 117],
    ['PRISM_HEADER', 119],
    ['IP_OVER_FC', 122],
    ['SUNATM', 123],
    ['IEEE802_11_RADIO', 127],
    ['MTP2', 140],
    ['MTP2_WITH_PHDR', 139],
    ['ARCNET_LINUX', 129],
    ['JUNIPER_MLPPP', 130],
    ['JUNIPER_ES', 132],
    ['JUNIPER_GGSN', 133],
    ['JUNIPER_ATM2', 135],
    ['JUNIPER_ATM1', 137],
    ['APPLE_IP_OVER_IEEE1394', 138],
    ['IEEE802_11_RADIO_AVS', 163],
    ['JUNIPER_MONITOR', 164],
    ['BACNET_MS_TP', 165],
    ['PPP_PPPD', 166],
    ['JUNIPER_PPPOE', 167],
    ['JUNIPER_PPPOE_ATM', 168],
    ['JUNIPER_ETHER', 178],
    ['PPI', 192],
    ['IPNET', 226],
    ['IPV4', 228],
    ['IPV6', 229],
    ['NETANALYZER', 240],
    ['NETANALYZER_TRANSPARENT', 241],
    ['LINUX_SLL2', 276],
  ];
  const TEXTS = [
    'ip',
    'not (ip6 or arp)',
    'host 10.0.0.1 or tcp src port 80',
    'greater 40 and not udp port 53',
    'ipx or atalk or aarp or stp or netbeui or decnet',
    'clnp or isis proto 15 or l1 or iso',
    'link proto 6 or link proto 0x42 or lat',
    'ip multicast or ip6 multicast or ip broadcast',
    'broadcast',
    'multicast',
    'llc',
    'llc u or llc rr',
    'link src 2:2:0:0:0:0 or link dst 2:2:0:0:0:0',
    'wlan addr1 2:2:0:0:0:0 or wlan addr2 2:2:0:0:0:0 or wlan ra 2:2:0:0:0:0',
    'type mgt or subtype ack or dir tods',
    'vlan 8 and ip',
    'mpls and ip',
    'ip6 protochain 6 or ip protochain 17',
    'lane and ip or metac or vci > 2',
    'rnr 0 or reason match or action pass or ifname e',
    'fisu or hmsu or opc 5',
  ];
  /** Where libpcap's program reads registers that it did not set: tags behind headers of many lengths. */
  const UNSET = /^(IEEE802_11|PRISM|PPI|PFLOG)/;

  /** Bytes in which the numbers that link types look for turn up often. */
  const frame = fc.array(
    fc.oneof(
      fc.constantFrom(
        [8, 0],
        [0x86, 0xdd],
        [8, 6],
        [0, 0x21],
        [0, 0x57],
        [3, 0xcc],
        [3, 0x8e],
        [0x45],
        [0x60],
        [0xd4],
        [0xf0],
      ),
      fc.constantFrom(
        [0x4d, 0x47, 0x43],
        [0x69, 0, 0, 0],
        [0x80, 0x21, 0x10, 0],
        [0, 0, 20, 0],
        [2],
        [0x88],
        [0x55, 0xff],
      ),
      fc.constantFrom([10, 0, 0, 1], [6], [17], [0, 80], [0, 53], [0], [0, 0], [0, 0, 0, 0]),
      fc.uint8Array({ minLength: 1, maxLength: 4 }).map((bytes) => [...bytes]),
    ),
    { minLength: 0, maxLength: 60 },
  );

  test.each(LINK_TYPES)('%s', (name, linkType) => {
    const frames = fc.sample(frame, { numRuns: 150, seed: 3 }).map((parts) => Uint8Array.from(parts.flat()));
    for (const text of TEXTS) {
      const program = tcpdumpProgram(name, text);
      if (program === null) {
        expect(() => compileFilter(text).forLinkType(linkType)).toThrow(PcapshError);
        continue;
      }
      if (UNSET.test(name) && /lane/.test(text)) continue;
      const generated = compileFilter(text).forLinkType(linkType);
      for (const bytes of frames) {
        const wanted = runProgram(program, bytes, bytes.length);
        expect([text, Buffer.from(bytes).toString('hex'), generated(bytes, 0, bytes.length, bytes.length)]).toEqual([
          text,
          Buffer.from(bytes).toString('hex'),
          wanted,
        ]);
      }
    }
  });
});
