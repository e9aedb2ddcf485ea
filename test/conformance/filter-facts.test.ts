import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PcapshError } from '../../src/errors.js';
import { compileFilter } from '../../src/filter/filter.js';
import { loadCapture } from '../support/load-capture.js';

/** What libpcap accepts and refuses: its facts, expression by expression and link type by link type. */
const CORPORA = process.env.PCAPSH_CORPORA ?? '../shared/corpora';
const FACTS = join(CORPORA, 'dev/libpcap_filter_facts.json');
const APPLIED = join(CORPORA, 'dev/libpcap_apply_facts.json');
const present = existsSync(FACTS);
const describeCorpora = present ? describe : describe.skip;
if (!present) process.stderr.write(`facts of filters: no corpora at ${CORPORA}, skipped\n`);

const NAMES = process.env.PCAPSH_NAMES;
beforeAll(() => {
  process.env.PCAPSH_NAMES = join(CORPORA, 'names.json');
});
afterAll(() => {
  if (NAMES === undefined) delete process.env.PCAPSH_NAMES;
  else process.env.PCAPSH_NAMES = NAMES;
});

interface Fact {
  readonly expr: string;
  readonly linktype: string;
  readonly dlt: number;
  readonly valid: boolean;
  readonly valid_1_10_3?: boolean | null;
  readonly error_1_10_3?: string;
  readonly requires?: string;
}

/** Names of the facts whose LINKTYPE_ is another number than their DLT_. */
const LINKTYPES: ReadonlyMap<string, number> = new Map([
  ['RAW', 101],
  ['ATM_RFC1483', 100],
  ['ATM_CLIP', 106],
  ['SLIP_BSDOS', 102],
  ['PPP_BSDOS', 103],
]);

/** The names of the facts say themselves which addresses they have. */
function factHosts(written: string): string[] {
  const name = written.toLowerCase();
  if (!name.endsWith('.libpcap.test')) return [];
  const has = (word: string): boolean => new RegExp(`(^|-)${word}(x\\d)?(-|$)`).test(name.split('.')[0]);
  return [...(has('ipv4') ? ['10.20.30.40'] : []), ...(has('ipv6') ? ['2001:db8::1'] : [])];
}

function problemOf({ expr, linktype, dlt }: Fact, hosts = factHosts): PcapshError | null {
  try {
    compileFilter(expr, { hosts }).forLinkType(LINKTYPES.get(linktype) ?? dlt);
    return null;
  } catch (error) {
    if (error instanceof PcapshError) return error;
    throw error;
  }
}

/** Said by libpcap's optimiser alone: the program as written is accepted and matches nothing. */
const REJECTS_ALL = 'expression rejects all packets';

/** A saved capture has no netmask, and the facts recorded for one are judged with 0: not so these, which say that it is unknown. */
const UNKNOWN_NETMASK = /^netmask not known/;

const wanted = ({ valid, valid_1_10_3 }: Fact): boolean => (typeof valid_1_10_3 === 'boolean' ? valid_1_10_3 : valid);

describeCorpora('what libpcap accepts and refuses', () => {
  const facts = present ? (JSON.parse(readFileSync(FACTS, 'utf8')) as Fact[]) : [];

  test('every fact that needs nothing else', () => {
    const wrong: string[] = [];
    const plain = facts.filter(({ requires }) => requires === undefined);
    for (const fact of plain) {
      const problem = problemOf(fact);
      const { expr, linktype, error_1_10_3 } = fact;
      if ((problem === null) === wanted(fact)) continue;
      if (UNKNOWN_NETMASK.test(error_1_10_3 ?? '')) continue;
      if (problem === null && (fact.valid || error_1_10_3 === REJECTS_ALL)) continue;
      wrong.push(`${linktype}: ${expr}: ${problem?.message ?? 'accepted'}, libpcap ${error_1_10_3 ?? 'accepts'}`);
    }
    expect(wrong).toEqual([]);
    expect(plain.length).toBeGreaterThan(12_000);
  });

  test('names of hosts, from a resolver', () => {
    const wrong: string[] = [];
    const named = facts.filter(({ requires }) => requires === 'configure the hosts file');
    for (const fact of named) {
      const problem = problemOf(fact);
      if ((problem === null) !== fact.valid)
        wrong.push(`${fact.linktype}: ${fact.expr}: ${problem?.message ?? 'accepted'}`);
    }
    expect(wrong).toEqual([]);
    expect(named.filter(({ valid }) => valid).length).toBeGreaterThan(100);
  });

  test('names of networks and of stations: refused, for nothing here knows them', () => {
    const files = ['configure the networks file', 'configure the ethers file'];
    const named = facts.filter(({ requires }) => requires !== undefined && files.includes(requires));
    for (const fact of named) {
      const problem = problemOf(fact);
      expect([fact.expr, problem?.kind, problem?.span === null]).toEqual([fact.expr, 'input', false]);
    }
    expect(named.length).toBeGreaterThan(2_000);
  });

  test('every refusal says what and where', () => {
    const silent: string[] = [];
    for (const fact of facts) {
      const problem = problemOf(fact);
      if (problem === null) continue;
      const { span } = problem;
      const placed = span !== null && span[0] <= span[1] && span[1] <= fact.expr.length;
      const plainSentence =
        problem.message.length > 10 && /^[^A-Z]|^[A-Z]{2}|^(IPv|DEC|MPLS|PPP|VLAN|Geneve)/.test(problem.message);
      if (problem.kind !== 'input' || (!placed && problem.code !== 'filter.too-long') || !plainSentence) {
        silent.push(`${fact.expr}: ${problem.code} ${problem.message}`);
      }
    }
    expect(silent).toEqual([]);
  });

  test('which packets libpcap matches', async () => {
    interface Applied {
      file: string;
      expr: string;
      packets: number;
      matched: number[];
      matched_1_10_3?: number[];
      error_1_10_3?: string;
      requires?: string;
    }
    let judged = 0;
    for (const fact of JSON.parse(readFileSync(APPLIED, 'utf8')) as Applied[]) {
      const { file, expr, packets, matched, matched_1_10_3, error_1_10_3, requires } = fact;
      // A newer libpcap's word or link type, and what a machine must be set up for.
      if (error_1_10_3 !== undefined || requires !== undefined) continue;
      const filter = compileFilter(expr);
      const { packets: loaded, byteOrder } = await loadCapture(join(CORPORA, 'dev', file), packets);
      const ours = loaded.flatMap((packet, i) => {
        const test = filter.forLinkType(packet.linkType, byteOrder);
        return test(packet.bytes, 0, packet.captured, packet.original) ? [i + 1] : [];
      });
      judged++;
      expect([file, expr, ours]).toEqual([file, expr, matched_1_10_3 ?? matched]);
    }
    expect(judged).toBeGreaterThan(60);
  });
});
