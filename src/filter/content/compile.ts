import type { Cidr } from '../../bytes/address.js';
import { PcapshError } from '../../errors.js';
import { type AlertIndex, type AlertSpan, createAlertIndex } from './alert-index.js';
import type { AlertRecord } from './alert-record.js';
import { createHashIndex, type HashIndex } from './hash-index.js';
import type { Indicator, IndicatorType } from './indicator.js';
import type { ListedIndicator } from './indicator-file.js';
import type { Literal } from './literal-search.js';
import { createNameIndex, type DomainIndicator, type NameIndex } from './name-index.js';
import { createNetworkIndex, type Network, type NetworkIndex } from './network-index.js';
import { createPortIndex, type PortIndex, type PortIndicator } from './port-index.js';
import { rangeNetworks } from './range-networks.js';
import type { ByteRegex } from './regex.js';

/** What a packet is tagged with: an indicator as it was written. */
export interface IndicatorInfo {
  text: string;
  type: IndicatorType;
}

/** Indicators, each kind in the form in which it is looked for; null: there are none of the kind. Indicators are called by their ordinals. */
export interface MatchParts {
  networks: NetworkIndex | null;
  ports: PortIndex | null;
  names: NameIndex | null;
  hashes: HashIndex | null;
  literals: readonly Literal[];
  regex: ByteRegex | null;
  alerts: AlertIndex | null;
}

/** Everything that is looked for by one `match`. */
export interface ContentMatch {
  indicators: readonly IndicatorInfo[];
  parts: MatchParts;
  /** Lines of the file that name nothing and were passed over. */
  skipped: number;
  firstSkipped: string | null;
}

export const NO_PARTS: MatchParts = {
  networks: null,
  ports: null,
  names: null,
  hashes: null,
  literals: [],
  regex: null,
  alerts: null,
};

/** These are looked at one by one, so there may not be many. */
const MOST_RANGES = 1000;
const MOST_OPEN_PATTERNS = 1000;
/** The tree of all texts takes 17 bytes for each byte at most. */
const MOST_TEXT_BYTES = 16 << 20;

/** @param ignoreCase texts are found in letters of either case */
export function compileIndicators(
  listed: readonly ListedIndicator[],
  ignoreCase: boolean,
  where: string,
): Pick<ContentMatch, 'indicators' | 'parts'> {
  const networks: Network[] = [];
  const ports: PortIndicator[] = [];
  const domains: DomainIndicator[] = [];
  const digests: { type: 'md5' | 'sha1' | 'sha256'; digest: string; indicator: number }[] = [];
  const literals: Literal[] = [];
  let ranges = 0;
  let textBytes = 0;
  const indicators: IndicatorInfo[] = [];
  const ordinals = new Map<string, number>();
  for (const { text, indicator: one } of listed) {
    // One that is written in several ways is one, under the way that comes first in the alphabet.
    const key = identity(one);
    const known = ordinals.get(key);
    if (known !== undefined) {
      if (text < indicators[known].text) indicators[known].text = text;
      continue;
    }
    const indicator = indicators.push({ text, type: one.type }) - 1;
    ordinals.set(key, indicator);
    switch (one.type) {
      case 'address':
      case 'network':
      case 'endpoint':
        networks.push({ words: one.network.words, prefix: bitsOf(one.network), indicator, port: one.port });
        break;
      case 'range':
        if (++ranges > MOST_RANGES) throw tooMany(where, MOST_RANGES, 'ranges of addresses', 'write them as networks');
        for (const network of rangeNetworks(one.first.words, one.last.words))
          networks.push({ ...network, indicator, port: 0 });
        break;
      case 'port':
        ports.push({ first: one.first, last: one.last, protocol: one.protocol, indicator });
        break;
      case 'domain':
        domains.push({ name: one.name, below: one.below, indicator });
        break;
      case 'text':
      case 'hex':
        textBytes += one.pattern.bytes.length;
        literals.push({ pattern: one.pattern, folded: ignoreCase && one.type === 'text', indicator });
        break;
      default:
        digests.push({ type: one.type, digest: one.digest, indicator });
    }
  }
  const portRanges = ports.filter(({ first, last }) => first < last).length;
  if (portRanges > MOST_RANGES) throw tooMany(where, MOST_RANGES, 'ranges of ports');
  const open = literals.filter(({ pattern }) => pattern.mask !== null).length;
  if (open > MOST_OPEN_PATTERNS) throw tooMany(where, MOST_OPEN_PATTERNS, 'patterns with ?');
  if (textBytes > MOST_TEXT_BYTES) throw tooMany(where, MOST_TEXT_BYTES, 'bytes of text');
  return {
    indicators,
    parts: {
      ...NO_PARTS,
      networks: networks.length === 0 ? null : createNetworkIndex(networks),
      ports: ports.length === 0 ? null : createPortIndex(ports),
      names: domains.length === 0 ? null : createNameIndex(domains),
      hashes: digests.length === 0 ? null : createHashIndex(digests),
      literals,
    },
  };
}

/** The same for indicators that find the same. */
function identity(one: Indicator): string {
  switch (one.type) {
    case 'address':
    case 'network':
    case 'endpoint':
      return `n${one.network.words.join()}/${bitsOf(one.network)}:${one.port}`;
    case 'range':
      return `r${one.first.words.join()}-${one.last.words.join()}`;
    case 'port':
      return `p${one.first}-${one.last}/${one.protocol}`;
    case 'domain':
      return `d${one.below ? '*.' : ''}${one.name}`;
    case 'text':
    case 'hex': {
      const { bytes, mask } = one.pattern;
      return `${one.type}${Buffer.from(bytes).toString('latin1')}${mask === null ? '' : `?${Buffer.from(mask).toString('latin1')}`}`;
    }
    default:
      return `h${one.digest}`;
  }
}

/** Prefix length among addresses of both families. */
function bitsOf({ family, prefix }: Cidr): number {
  return family === 4 ? prefix + 96 : prefix;
}

function tooMany(where: string, most: number, what: string, hint?: string): PcapshError {
  return new PcapshError('match.too-many', `${where} lists more than ${most} ${what}`, { kind: 'input', hint });
}

/** @param margin microseconds by which spans are made longer at both ends */
export function compileAlerts(
  records: readonly AlertRecord[],
  margin: number,
): Pick<ContentMatch, 'indicators' | 'parts'> {
  const indicators: IndicatorInfo[] = [];
  const ordinals = new Map<string, number>();
  const spans = records.map(({ text, type, flow, communityId, first, last }): AlertSpan => {
    let indicator = ordinals.get(text);
    if (indicator === undefined) {
      indicator = indicators.push({ text, type }) - 1;
      ordinals.set(text, indicator);
    }
    return { flow, communityId, first: first - margin, last: last + margin, indicator };
  });
  return { indicators, parts: { ...NO_PARTS, alerts: createAlertIndex(spans) } };
}
