import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { PcapshError } from '../../src/errors.js';
import type { Rules } from '../../src/filter/rules.js';
import type { Capture } from '../../src/plan/capture.js';
import type { Packet } from '../../src/plan/packet.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { arbitraryLeaf, arbitraryRules, HEADER_RULES } from '../filter/arbitrary-rules.js';
import { type RandomFile, randomFile } from '../support/random-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const path = useTemporaryFolder();
let run = 0;

function store(files: readonly RandomFile[]): string[] {
  run++;
  return files.map((file, i) => {
    const name = path(`${run}-${i}.${file.name}`);
    writeFileSync(name, file.bytes);
    return name;
  });
}

async function ask<T>(files: string[], interactive: boolean, work: (capture: Capture) => Promise<T>): Promise<T> {
  const workspace = openWorkspace({ interactive, threads: 1 });
  try {
    return await work(await workspace.load(files));
  } finally {
    await workspace.close();
  }
}

async function keptBy(capture: Capture): Promise<string[]> {
  const list: string[] = [];
  for await (const { file, number } of capture.packets()) list.push(`${file}:${number}`);
  return list;
}

const refusal = (error: unknown): string => {
  if (error instanceof PcapshError) return error.code;
  throw error;
};

const files = fc.array(randomFile, { minLength: 1, maxLength: 2 });

describe('rules', () => {
  it('keep the same on tables and on a stream', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.array(arbitraryRules, { minLength: 1, maxLength: 2 }), async (captures, chain) => {
        const names = store(captures);
        const apply = (capture: Capture): Promise<string[] | string> =>
          keptBy(chain.reduce((handle, rules) => handle.filter(rules), capture)).catch(refusal);
        expect(await ask(names, false, apply)).toEqual(await ask(names, true, apply));
      }),
      { numRuns: 300 },
    );
  });

  it('and their negation keep no packet both', async () => {
    await fc.assert(
      fc.asyncProperty(files, arbitraryLeaf(HEADER_RULES), async (captures, leaf) => {
        const names = store(captures);
        await ask(names, false, async (capture) => {
          const yes = await keptBy(capture.filter(leaf));
          const no = await keptBy(capture.filter({ op: 'not', rules: [leaf] }));
          const all = await keptBy(capture);
          // Only what rules have no say on is kept by both; what they cannot read is kept by neither.
          const both = new Set(yes.filter((packet) => no.includes(packet)));
          for await (const packet of capture.packets())
            if (both.has(`${packet.file}:${packet.number}`)) expect(isPlain(packet)).toBe(false);
          expect(all.length).toBeGreaterThanOrEqual(new Set([...yes, ...no]).size);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('combine as sets do', async () => {
    await fc.assert(
      fc.asyncProperty(files, arbitraryRules, arbitraryRules, async (captures, a, b) => {
        const names = store(captures);
        await ask(names, true, async (capture) => {
          const kept = (rules: Rules): Promise<string[] | string> => keptBy(capture.filter(rules)).catch(refusal);
          const both = await kept({ op: 'and', rules: [a, b] });
          const [one, other] = [await kept(a), await kept(b)];
          if (typeof one === 'string' || typeof other === 'string') return;
          expect(both).toEqual(one.filter((packet) => other.includes(packet)));
          expect(await kept({ op: 'not', rules: [{ op: 'not', rules: [a] }] })).toEqual(one);
          expect(await kept({ op: 'not', rules: [a, b] })).toEqual(
            await kept({
              op: 'and',
              rules: [
                { op: 'not', rules: [a] },
                { op: 'not', rules: [b] },
              ],
            }),
          );
        });
      }),
      { numRuns: 100 },
    );
  });

  it('and their expression form agree on untagged packets of protocols with ports', async () => {
    await fc.assert(
      fc.asyncProperty(files, arbitraryLeaf(EXPRESSED), async (captures, leaf) => {
        const names = store(captures);
        await ask(names, false, async (capture) => {
          const plain = capture.filter(isPlain);
          expect(await keptBy(plain.filter(leaf))).toEqual(await keptBy(plain.filter(expressionOf(leaf))));
        });
      }),
      { numRuns: 200 },
    );
  });
});

/** Untagged, of a protocol with ports, its headers whole: what rules and expressions must agree on. */
function isPlain({ data, linkType }: Packet): boolean {
  const at = linkType === 101 ? 0 : 14;
  const version = data[at] >>> 4;
  if (linkType === 1 && ((data[12] << 8) | data[13]) !== (version === 4 ? 0x0800 : 0x86dd)) return false;
  const protocol = version === 4 ? data[at + 9] : version === 6 ? data[at + 6] : -1;
  if (![6, 17, 132].includes(protocol) || (version === 4 && (data[at] & 15) !== 5)) return false;
  return data.length >= at + (version === 4 ? 20 : 40) + (protocol === 6 ? 20 : 8);
}

const EXPRESSED = Object.fromEntries(Object.entries(HEADER_RULES).filter(([kind]) => !/tcpFlags|Len/.test(kind)));

/** The expression that means a leaf. */
function expressionOf(leaf: object): string {
  const parts = Object.entries(leaf as Record<string, (string | number)[]>).map(([key, values]) => {
    const negated = key.startsWith('not');
    const kind = negated ? key[3].toLowerCase() + key.slice(4) : key;
    const alternatives = values.map((value) => wordOf(kind, String(value))).join(' or ');
    return `${negated ? 'not ' : ''}(${alternatives})`;
  });
  return parts.join(' and ');
}

function wordOf(kind: string, value: string): string {
  const side = kind.startsWith('src') ? 'src ' : kind.startsWith('dst') ? 'dst ' : '';
  if (kind === 'proto') {
    const number = { tcp: 6, udp: 17, icmp6: 58 }[value] ?? Number(value);
    return `(ip proto ${number} or ip6 proto ${number})`;
  }
  if (/port/i.test(kind)) return `${side}portrange ${value.includes('-') ? value : `${value}-${value}`}`;
  const address = value.replace('::ffff:', '');
  return `${side}net ${address.includes('/') ? address : `${address}/${address.includes(':') ? 128 : 32}`}`;
}
