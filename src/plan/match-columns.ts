import { flowTimes } from '../analyze/flow-counters.js';
import type { ContentMatch, MatchSpec } from '../filter/content.js';
import { NO_FLOW, type Segment } from '../table/columns.js';
import { communityId } from '../table/community-id.js';
import type { PacketTable } from '../table/packet-table.js';

/** What columns tell of a row. An enumeration, because the bundler puts its values where they are used. */
export enum RowVerdict {
  drop = 0,
  /** It bears what its flow bears, and nothing else can be in it. */
  keep = 1,
  /** Its bytes must be looked at. */
  read = 2,
}

export interface MatchColumns {
  judge(segment: Segment, row: number): RowVerdict;
  /** Indicators of a row that is kept without being read. */
  found(segment: Segment, row: number): readonly number[];
}

/** What is known of a flow. */
enum FlowVerdict {
  unknown = 0,
  nothing = 1,
  /** Its addresses or ports are among the indicators. */
  bears = 2,
  /** An alert is about it: the time decides. */
  alert = 4,
}

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;
const NO_PROTOCOL = 255;
/** No message that bears names is shorter. */
const SHORTEST_NAMED = 12;
const NOTHING: readonly number[] = [];

/** Decides rows of a table as far as columns can: what is asked of addresses and ports once a flow, what is asked of bytes by whether there are enough of them. */
export function compileMatchColumns({ parts }: ContentMatch, spec: MatchSpec, table: PacketTable): MatchColumns {
  const { networks, ports, names, hashes, literals, regex, alerts } = parts;
  const { flows, addresses } = table;
  const verdicts = new Uint8Array(flows.count);
  const borne = new Map<number, number[]>();
  const senders = spec.sentBy === undefined ? null : new Uint8Array(flows.count);
  const shortest = Math.min(
    hashes === null && regex === null ? Number.POSITIVE_INFINITY : 1,
    ...literals
      .slice(0, 1)
      .map(() =>
        literals.reduce((least, { pattern }) => Math.min(least, pattern.bytes.length), Number.POSITIVE_INFINITY),
      ),
  );
  const ids = alerts?.needsIds === true;

  /** Of each flow once. */
  function lookAt(flow: number): FlowVerdict {
    const [low, high] = [4 * flows.low[flow], 4 * flows.high[flow]];
    const [lowPort, highPort, protocol] = [flows.lowPort[flow], flows.highPort[flow], flows.protocol[flow]];
    const { words } = addresses;
    let verdict = FlowVerdict.nothing;
    if (networks !== null || ports !== null) {
      const found = new Set<number>();
      const add = (indicator: number): void => void found.add(indicator);
      networks?.find(words, low, lowPort, add);
      networks?.find(words, high, highPort, add);
      ports?.find(lowPort, protocol, add);
      ports?.find(highPort, protocol, add);
      if (found.size > 0) {
        borne.set(flow, [...found]);
        verdict |= FlowVerdict.bears;
      }
    }
    if (alerts !== null) {
      const isIcmp = protocol === ICMP || protocol === ICMPV6;
      const isAbout =
        alerts.isAbout(words, low, lowPort, high, highPort, protocol) ||
        // Packets of ICMP have an ID each, by their types.
        (ids &&
          (isIcmp ||
            alerts.hasId(communityId(words, flows.low[flow], lowPort, flows.high[flow], highPort, protocol, 0))));
      if (isAbout) verdict |= FlowVerdict.alert;
    }
    verdicts[flow] = verdict;
    return verdict;
  }

  function verdictOf(key: number): FlowVerdict {
    if (key === NO_FLOW) return FlowVerdict.nothing;
    const flow = key >>> 1;
    const known = verdicts[flow];
    return known === FlowVerdict.unknown ? lookAt(flow) : known;
  }

  function isFromOther(key: number): boolean {
    if (senders === null) return false;
    if (key === NO_FLOW) return true;
    const flow = key >>> 1;
    // 1 and 2: the direction, one more.
    if (senders[flow] === 0) senders[flow] = 1 + flowTimes(flows, flow).direction;
    const isClient = (key & 1) === senders[flow] - 1;
    return isClient !== (spec.sentBy === 'client');
  }

  function mayBearContent(segment: Segment, row: number): boolean {
    const protocol = segment.protocol[row];
    if (spec.whole === true) {
      if (segment.length[row] >= shortest) return true;
    } else if (protocol !== NO_PROTOCOL && segment.payloadLength[row] >= shortest) return true;
    return names !== null && (protocol === TCP || protocol === UDP) && segment.payloadLength[row] >= SHORTEST_NAMED;
  }

  return {
    judge(segment, row) {
      const key = segment.flow[row];
      if (isFromOther(key)) return RowVerdict.drop;
      const verdict = verdictOf(key);
      if ((verdict & FlowVerdict.alert) !== 0 || mayBearContent(segment, row)) return RowVerdict.read;
      return (verdict & FlowVerdict.bears) !== 0 ? RowVerdict.keep : RowVerdict.drop;
    },
    found: (segment, row) => borne.get(segment.flow[row] >>> 1) ?? NOTHING,
  };
}
