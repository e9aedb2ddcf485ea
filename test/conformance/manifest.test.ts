import fs from 'node:fs';
import path from 'node:path';
import { PcapshError } from '../../src/errors.js';
import { openSource } from '../../src/formats/open-source.js';
import { openReader } from '../../src/formats/reader.js';
import { readAll } from '../formats/captures.js';

const corpora = path.resolve(process.env.PCAPSH_CORPORA ?? '../shared/corpora', 'dev');
const present = fs.existsSync(path.join(corpora, 'MANIFEST.tsv'));
if (!present) console.warn(`SKIPPED: no corpora at ${corpora}, the readers are not compared with capinfos`);

const OVERFLOW =
  'fraction of a second or more: capinfos keeps it in 32 bits of nanoseconds; here seconds and fraction are added exactly';
const SCALING =
  'draft-ietf-opsawg-pcapng section 4.2, if_tsresol: capinfos scales such resolutions with an overflow, or takes them for 0';
const COMPARISON = 'capinfos compares times by a 32-bit difference of their seconds, which overflows beyond 68 years';

/** Where capinfos says something else, and why it is not followed. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'malformed/flip_01.pcap': OVERFLOW,
  'malformed/flip_15.pcap': OVERFLOW,
  'malformed/flip_39.pcap': OVERFLOW,
  'malformed/usec_ge_1e6.pcap': OVERFLOW,
  'tcpdump/atm-oam-loopback-print-overrun.pcap': OVERFLOW,
  'tcpdump/rx_serviceid_oobr.pcap': OVERFLOW,
  'tcpdump/timestamp_invalid_micro.pcap': OVERFLOW,
  'tcpdump/timestamp_invalid_nano.pcap': OVERFLOW,
  'malformed/ng_tsresol_12.pcapng': SCALING,
  'malformed/ng_tsresol_191.pcapng': SCALING,
  'malformed/ng_tsresol_192.pcapng': SCALING,
  'malformed/ng_tsresol_20.pcapng': SCALING,
  'tcpdump/bgp_vpn_rt-oobr.pcap': COMPARISON,
  'tcpdump/olsr-oobr-2.pcap': COMPARISON,
  'tcpdump/pim_header_asan-2.pcap': COMPARISON,
};

/** LINKTYPE_ numbers of the names that tcpdump prints. */
const LINK_TYPES: Readonly<Record<string, number>> = {
  NULL: 0,
  EN10MB: 1,
  SLIP: 8,
  PPP: 9,
  PPP_SERIAL: 50,
  ATM_RFC1483: 100,
  RAW: 101,
  C_HDLC: 104,
  IEEE802_11: 105,
  ATM_CLIP: 106,
  FRELAY: 107,
  LINUX_SLL: 113,
  SUNATM: 123,
  IEEE802_11_RADIO: 127,
  ARCNET_LINUX: 129,
  JUNIPER_ATM1: 137,
  MTP2: 140,
  BACNET_MS_TP: 165,
  JUNIPER_ETHER: 178,
  MFR: 182,
  PPI: 192,
  IEEE802_15_4: 195,
  IPNET: 226,
  IPV4: 228,
  IPV6: 229,
  DBUS: 231,
  NFLOG: 239,
  IPOIB: 242,
  PKTAP: 258,
  VSOCK: 271,
  LINUX_SLL2: 276,
};

interface Entry {
  path: string;
  type: string;
  packets: string;
  first: string;
  last: string;
  status: string;
  link: string;
}

function entries(): Entry[] {
  const [, ...lines] = fs.readFileSync(path.join(corpora, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const column = line.split('\t');
    return {
      path: column[0],
      type: column[4],
      packets: column[8],
      first: column[10],
      last: column[11],
      status: column[13],
      link: column[14],
    };
  });
}

function digitsLike(time: bigint | null, example: string): string {
  if (time === null || example === 'n/a') return 'n/a';
  const digits = example.split('.')[1]?.length ?? 0;
  const fraction = (time % 1_000_000_000n).toString().padStart(9, '0').slice(0, digits);
  return digits === 0 ? `${time / 1_000_000_000n}` : `${time / 1_000_000_000n}.${fraction}`;
}

/** What differs from the manifest, one sentence each. */
async function compare(entry: Entry): Promise<string[]> {
  const source = openSource(path.join(corpora, entry.path));
  const reader = await openReader(source);
  const packets = await readAll(reader);
  source.close();
  let earliest: bigint | null = null;
  let latest: bigint | null = null;
  for (const { time } of packets) {
    if (time === null) continue;
    if (earliest === null || time < earliest) earliest = time;
    if (latest === null || time > latest) latest = time;
  }
  const linkType = reader.description.interfaces[0]?.linkType;
  const expected = LINK_TYPES[entry.link] ?? (/^\d+$/.test(entry.link) ? Number(entry.link) : linkType);
  const rows = [
    ['packets', String(packets.length), entry.packets],
    ['first', digitsLike(earliest, entry.first), entry.first],
    ['last', digitsLike(latest, entry.last), entry.last],
    ['link type', String(linkType), String(expected)],
    ['damage', String(reader.damageCount), '0'],
  ];
  return rows
    .filter(([, ours, theirs]) => ours !== theirs)
    .map(([what, ours, theirs]) => `${what} ${ours}, capinfos ${theirs}`);
}

(present ? describe : describe.skip)('the manifest of the corpora', () => {
  const all = present ? entries() : [];
  const readable = all.filter(
    ({ status, type }) => status === 'ok' && ['pcap', 'nsecpcap', 'modpcap', 'pcapng'].includes(type),
  );

  test('packets, times and link type of every file that capinfos reads', async () => {
    expect(readable.length).toBeGreaterThan(990);
    const differing: Record<string, string[]> = {};
    for (const entry of readable) {
      const differences = await compare(entry);
      if (differences.length > 0) differing[entry.path] = differences;
    }
    const unexpected = Object.entries(differing).filter(([file]) => DIFFERENCES[file] === undefined);
    expect(unexpected).toEqual([]);
    expect(Object.keys(differing).sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });

  test('no file crashes the reader or takes long', async () => {
    for (const { path: file } of all) {
      const start = performance.now();
      const source = openSource(path.join(corpora, file));
      try {
        await readAll(await openReader(source, { blocks: true }));
      } catch (error) {
        expect(error).toBeInstanceOf(PcapshError);
      }
      source.close();
      expect(performance.now() - start).toBeLessThan(10_000);
    }
  });
});
