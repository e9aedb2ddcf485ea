import type { Span } from './ast.js';
import { type Condition, ETHERTYPE, equals, equalsBytes, load, PROTOCOL, type Value } from './condition.js';
import { syntaxError } from './filter-errors.js';
import { headerCheck, type LinkState, placeOf } from './link-state.js';
import {
  castTest,
  directionTest,
  FAMILY_NAMES,
  interfaceNameBytes,
  interfaceNumberTest,
  isEthernet,
  isOfFamily,
  linkAddressTest,
  llcTest,
  osiPadding,
  osiTest,
  stationTest,
} from './link-words.js';
import type { LoweredTree, LoweredValue } from './lowered.js';
import { lowerTag } from './tags.js';

type Kind<K extends Condition['kind']> = Extract<Condition, { kind: K }>;
const ALWAYS: LoweredTree = { kind: 'always' };
const NEVER: LoweredTree = { kind: 'never' };

/** What the link type is called in messages. */
function linkName(state: LinkState): string {
  return state.model?.name ?? `${state.source.linkType}`;
}

export function refused(state: LinkState, what: string, span: Span, hint?: string): Error {
  return syntaxError(`link type ${linkName(state)} ${what}`, span, hint, 'filter.link-type');
}

export function lowerValue(state: LinkState, value: Value): LoweredValue {
  switch (value.kind) {
    case 'constant':
    case 'length':
      return value;
    case 'load': {
      const { base, offset, size } = value;
      const index = value.index === null ? null : lowerValue(state, value.index);
      return { kind: 'load', place: placeOf(state, base), behindIpHeader: base === 'ip-payload', offset, index, size };
    }
    case 'negation':
      return { kind: 'negation', operand: lowerValue(state, value.operand) };
    case 'operation':
      return { ...value, left: lowerValue(state, value.left), right: lowerValue(state, value.right) };
  }
}

/** Protocols that can be told behind MPLS labels: by the bottom of the stack and the version of IP. */
const BEHIND_LABELS: ReadonlyMap<number, number> = new Map([
  [ETHERTYPE.ip, 0x40],
  [ETHERTYPE.ip6, 0x60],
  [0x21, 0x40],
  [0x57, 0x60],
]);

function carries(state: LinkState, { protocol, span }: Kind<'link-protocol'>): LoweredTree {
  const { model } = state;
  if (state.labels > 0) {
    const version = BEHIND_LABELS.get(protocol);
    if (version === undefined) {
      throw syntaxError(
        'behind MPLS labels only IPv4 and IPv6 can be told',
        span,
        'put it in front of "mpls"',
        'filter.behind-mpls',
      );
    }
    return lower(state, { kind: 'and', operands: [masked(-2, 1, 1), masked(0, 0xf0, version)] });
  }
  if (model === null) {
    throw refused(state, 'does not tell which protocol it carries', span, 'test its length or its bytes');
  }
  const told = lower(state, model.carries(protocol));
  // A Geneve header has a type of its own, whether Ethernet stands behind it or not.
  return state.geneve === null && isEthernet(state) ? withHeader(state, told) : told;
}

function masked(offset: number, mask: number, value: number): Condition {
  const left: Value = {
    kind: 'operation',
    operator: '&',
    left: load('ip', offset, 1),
    right: { kind: 'constant', value: mask },
  };
  return equals(left, value);
}

/** The test, where the header that it is about is known to be there. */
function withHeader(state: LinkState, told: LoweredTree): LoweredTree {
  const check = headerCheck(state);
  if (check === null) return told;
  if (check !== 'geneve-ethernet') return { kind: 'and', operands: [lower(state, check), told] };
  const { link, payload } = state.geneve as NonNullable<LinkState['geneve']>;
  const same: LoweredTree = {
    kind: 'test',
    left: { kind: 'variable', name: link },
    relation: '=',
    right: { kind: 'variable', name: payload },
  };
  return { kind: 'and', operands: [{ kind: 'not', operand: same }, told] };
}

function atHeader(state: LinkState, condition: Condition): LoweredTree {
  const told = lower(state, condition);
  return isEthernet(state) ? withHeader(state, told) : told;
}

function linkAddress(state: LinkState, condition: Kind<'link-address'>): LoweredTree {
  const { end, span } = condition;
  const test = linkAddressTest(state, end, condition);
  if (test !== null) return atHeader(state, test);
  const other = end === 'source' || end === 'destination';
  throw refused(
    state,
    other || state.model?.addresses == null
      ? 'has no Ethernet addresses'
      : `has no "${end}": that is a field of 802.11`,
    span,
  );
}

function onlyOn(state: LinkState, { family, word, condition, span }: Kind<'only-on'>): LoweredTree {
  if (isOfFamily(state, family)) return lower(state, condition);
  throw refused(state, `has no "${word}": that is a field of ${FAMILY_NAMES[family]}`, span);
}

/** Link types are numbers of 16 bits; of anything else nothing can be known. */
function requireLinkType(state: LinkState, span: Span): void {
  const { linkType } = state.source;
  if (linkType < 0 || linkType > 0xffff) throw refused(state, 'does not exist', span);
}

function isInside(state: LinkState): boolean {
  return state.model !== state.outermost;
}

function interfaceName(state: LinkState, { name, span }: Kind<'interface-name'>): LoweredTree {
  const at = interfaceNameBytes(state);
  if (at !== null) return lower(state, equalsBytes('link', at, Buffer.from(name)));
  // Known of no packet of this interface, or of all: libpcap knows interface names in pf logs alone.
  const { interfaceName: own } = state.source;
  if (own === null) {
    throw syntaxError(
      'this capture has no interface names',
      span,
      '"interfaces" lists what it has',
      'filter.no-interface-names',
    );
  }
  return own === name ? ALWAYS : NEVER;
}

function interfaceNumber(state: LinkState, { number, span }: Kind<'interface-number'>): LoweredTree {
  const test = isInside(state) ? null : interfaceNumberTest(state, number);
  if (test !== null) return lower(state, test);
  requireLinkType(state, span);
  return state.source.interfaceNumber === number ? ALWAYS : NEVER;
}

function direction(state: LinkState, condition: Kind<'direction'>): LoweredTree {
  const outbound = condition.direction === 'outbound';
  const test = isInside(state) ? null : directionTest(state, outbound);
  if (test !== null) return lower(state, test);
  requireLinkType(state, condition.span);
  return {
    kind: 'test',
    left: { kind: 'direction' },
    relation: '=',
    right: { kind: 'constant', value: outbound ? 2 : 1 },
  };
}

function chain(state: LinkState, { base, protocol, span }: Kind<'protocol-chain'>): LoweredTree {
  const { constant, variable } = placeOf(state, base);
  if (variable !== null || state.model?.addresses === '802.11') {
    throw refused(state, 'has headers of many lengths, behind which no chain of protocols can be followed', span);
  }
  return { kind: 'chain', network: constant, base, protocol };
}

function llc(state: LinkState, { control, span }: Kind<'llc'>): LoweredTree {
  const present = llcTest(state);
  if (present === null) throw refused(state, 'carries no LLC headers', span);
  if (control === null) return lower(state, present);
  const left: Value = {
    kind: 'operation',
    operator: '&',
    left: load('payload', 2, 1),
    right: { kind: 'constant', value: control.mask },
  };
  return { kind: 'and', operands: [lower(state, present), lower(state, equals(left, control.value))] };
}

function osi(state: LinkState, { protocol, span }: Kind<'osi-protocol'>): LoweredTree {
  const test = osiTest(state, protocol);
  if (test !== null) return lower(state, test);
  const isOsi = carries(state, { kind: 'link-protocol', protocol: PROTOCOL.osi, span });
  return { kind: 'and', operands: [isOsi, lower(state, equals(load('osi', osiPadding(state), 1), protocol))] };
}

function cast(state: LinkState, condition: Kind<'link-cast'>): LoweredTree {
  const test = castTest(state, condition.cast);
  if (test === null)
    throw refused(state, `knows no ${condition.cast} addresses`, condition.span, `did you mean ip ${condition.cast}?`);
  return atHeader(state, test);
}

/**
 * Gives a condition its meaning on one link type. `state` is moved on by tags, so that a condition must be lowered whole and once, from left to right. Throws
 * PcapshError (kind `input`) where libpcap refuses it there.
 */
export function lower(state: LinkState, condition: Condition): LoweredTree {
  switch (condition.kind) {
    case 'always':
    case 'never':
      return condition;
    case 'and':
    case 'or':
      return { kind: condition.kind, operands: condition.operands.map((operand) => lower(state, operand)) };
    case 'not':
      return { kind: 'not', operand: lower(state, condition.operand) };
    case 'test': {
      const { left, relation, right } = condition;
      return { kind: 'test', left: lowerValue(state, left), relation, right: lowerValue(state, right) };
    }
    case 'link-protocol':
      return carries(state, condition);
    case 'link-address':
      return linkAddress(state, condition);
    case 'station': {
      const test = stationTest(state, condition.end, condition.station);
      if (test === null) throw refused(state, 'has no stations of ARCNET', condition.span);
      return lower(state, test);
    }
    case 'link-cast':
      return cast(state, condition);
    case 'tag':
      return lowerTag(state, condition);
    case 'llc':
      return llc(state, condition);
    case 'osi-protocol':
      return osi(state, condition);
    case 'unlabelled':
      return state.labels > 0 ? NEVER : lower(state, condition.operand);
    case 'protocol-chain':
      return chain(state, condition);
    case 'only-on':
      return onlyOn(state, condition);
    case 'direction':
      return direction(state, condition);
    case 'interface-number':
      return interfaceNumber(state, condition);
    case 'interface-name':
      return interfaceName(state, condition);
  }
}
