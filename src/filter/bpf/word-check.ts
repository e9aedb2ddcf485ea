import type { FilterNode, Relation, Span } from './ast.js';
import {
  allOf,
  anyOf,
  type Base,
  type Condition,
  constant,
  ETHERTYPE,
  equals,
  equalsBytes,
  equalsUnderMask,
  type LinkFamily,
  linkProtocol,
  load,
  not,
  PROTOCOL,
  test,
  type Value,
} from './condition.js';
import { syntaxError } from './filter-errors.js';
import { LLC_FRAMES } from './frame-names.js';
import { fieldCondition, signalUnit } from './signalling-conditions.js';
import { checkTagNumber } from './tags.js';
import { ATM_WORDS, LINK_WORDS } from './vocabulary.js';
import { unknownName } from './word-parser.js';

/** What the words mean that take no address, port or protocol. */

type Node<T extends FilterNode['type']> = Extract<FilterNode, { type: T }>;

/** `broadcast` and `multicast` of the link layer, IPv4 and IPv6. Nobody knows the netmask of a saved capture: libpcap takes 0. */
export function castCondition({ protocol, cast, span }: Node<'cast'>): Condition {
  if (protocol === null || LINK_WORDS.has(protocol)) return { kind: 'link-cast', cast, span };
  if (protocol === 'ip' && cast === 'broadcast') {
    const to = load('ip', 16, 4);
    return allOf(linkProtocol(ETHERTYPE.ip, span), anyOf(equals(to, 0), equals(to, 0xffffffff)));
  }
  if (protocol === 'ip') return allOf(linkProtocol(ETHERTYPE.ip, span), test(load('ip', 16, 1), '>=', 224));
  if (protocol === 'ip6' && cast === 'multicast') {
    return allOf(linkProtocol(ETHERTYPE.ip6, span), equals(load('ip6', 24, 1), 255));
  }
  const hint = cast === 'broadcast' ? 'ether and ip have' : 'ether, ip and ip6 have';
  throw syntaxError(`"${protocol}" has no ${cast} addresses`, span, hint, 'filter.bad-qualifier');
}

export function tagCondition({ tag, number, span }: Node<'tag'>): Condition {
  if (number !== null) checkTagNumber(tag, number, span);
  return { kind: 'tag', tag, number, span };
}

export function llcCondition({ frame, span }: Node<'llc'>): Condition {
  if (frame === null) return { kind: 'llc', control: null, span };
  const control = LLC_FRAMES.get(frame);
  const place: Span = [span[1] - frame.length, span[1]];
  if (control === undefined) throw unknownName({ text: frame, span: place }, 'LLC frame', LLC_FRAMES.keys());
  return { kind: 'llc', control, span };
}

const onlyOn = (family: LinkFamily, word: string, condition: Condition, span: Span): Condition => ({
  kind: 'only-on',
  family,
  word,
  condition,
  span,
});

export function frameControlCondition({ byte, mask, value, span }: Node<'frame-control'>): Condition {
  const word = byte === 1 ? 'dir' : 'type';
  return onlyOn('wlan', word, equalsUnderMask(load('link', byte, 1), mask, value), span);
}

/** Channels of ATM by (VPI 0 and) VCI, as ITU-T I.361 assigns them. */
const ATM_CHANNELS: ReadonlyMap<string, readonly number[]> = new Map([
  ['metac', [1]],
  ['bcc', [2]],
  ['oamf4sc', [3]],
  ['oamf4ec', [4]],
  ['oam', [3, 4]],
  ['oamf4', [3, 4]],
  ['sc', [5]],
  ['ilmic', [16]],
]);
/** Types of signalling messages (ITU-T Q.2931) that belong to connections, on the channels for them. */
const CONNECTION_MESSAGES = [0x5a, 0x4d, 0x0f, 0x07, 0x05, 0x02];
const META_MESSAGES = [0x5a, 0x4d, 0x07, 0x05, 0x02];

function atmChannel(channels: readonly number[]): Condition {
  return allOf(equals(load('link', 1, 1), 0), anyOf(...channels.map((vci) => equals(load('link', 2, 2), vci))));
}

function atmMessages(channel: number, types: readonly number[]): Condition {
  return allOf(atmChannel([channel]), anyOf(...types.map((type) => equals(load('link', 9, 1), type))));
}

function atmWord(word: string): Condition {
  if (word === 'connectmsg') return atmMessages(5, CONNECTION_MESSAGES);
  if (word === 'metaconnect') return atmMessages(1, META_MESSAGES);
  return atmChannel(ATM_CHANNELS.get(word) ?? []);
}

export function wordCondition({ word, span }: Node<'word'>): Condition {
  switch (word) {
    case 'inbound':
    case 'outbound':
      return { kind: 'direction', direction: word, span };
    case 'pppoed':
      return linkProtocol(PROTOCOL.pppoeDiscovery, span);
    case 'lane':
      return { kind: 'tag', tag: 'lane', number: null, span };
    default:
      return ATM_WORDS.has(word)
        ? onlyOn('atm', word, atmWord(word), span)
        : onlyOn('mtp2', word, signalUnit(word), span);
  }
}

export function relationTest(left: Value, relation: Relation, right: Value): Condition {
  switch (relation) {
    case '=':
      return test(left, '=', right);
    case '!=':
      return not(test(left, '=', right));
    case '>':
      return test(left, '>', right);
    case '<=':
      return not(test(left, '>', right));
    case '>=':
      return test(left, '>=', right);
    case '<':
      return not(test(left, '>=', right));
  }
}

const ATM_FIELDS: ReadonlyMap<string, [offset: number, size: number]> = new Map([
  ['vpi', [1, 1]],
  ['vci', [2, 2]],
]);

export function atmOrSignallingField(node: Node<'field'>): Condition {
  const { word, relation, value, span } = node;
  const atm = ATM_FIELDS.get(word);
  // libpcap 1.10.3 does not turn "!=" round for these fields: it means "=".
  const meant = relation === '!=' ? '=' : relation;
  if (atm) return onlyOn('atm', word, relationTest(load('link' as Base, ...atm), meant, constant(value)), span);
  const { field, shifted } = fieldCondition(word, value, span);
  return onlyOn('ss7', word, relationTest(field, meant, constant(shifted)), span);
}

/** Reasons and actions of the pf firewall (OpenBSD, pfvar.h). */
const names = (list: string): ReadonlyMap<string, number> => new Map(list.split(' ').map((name, i) => [name, i]));
const PF_REASONS = names(
  'match bad-offset fragment short normalize memory bad-timestamp congestion ip-option proto-cksum state-mismatch state-insert state-limit src-limit synproxy',
);
const PF_ACTIONS: ReadonlyMap<string, number> = new Map([
  ...names('pass drop scrub noscrub nat nonat binat nobinat rdr nordr synproxy-drop'),
  ['accept', 0],
  ['block', 1],
]);

/** Where the pf log has its fields, and the longest name it holds. */
const PF = { action: 2, reason: 3, ruleset: 20, rule: 36, subrule: 40, longestName: 15 } as const;

function pfName(word: string, value: string, span: Span): string {
  if (Buffer.byteLength(value) <= PF.longestName) return value;
  throw syntaxError(
    `a name behind "${word}" has at most ${PF.longestName} letters`,
    span,
    undefined,
    'filter.bad-name',
  );
}

function pfValue(value: string | number, known: ReadonlyMap<string, number>, what: string, span: Span): number {
  if (typeof value === 'number') return value;
  const number = known.get(value);
  if (number !== undefined) return number;
  throw unknownName({ text: value, span: [span[1] - value.length, span[1]] }, what, known.keys());
}

export function settingCondition({ word, value, span }: Node<'setting'>): Condition {
  const pf = (condition: Condition): Condition => onlyOn('pf', word, condition, span);
  switch (word) {
    case 'ifname':
      return { kind: 'interface-name', name: String(value), span };
    case 'ifindex':
      return { kind: 'interface-number', number: Number(value), span };
    case 'rset':
      return pf(equalsBytes('link', PF.ruleset, Buffer.from(pfName(word, String(value), span))));
    case 'rnr':
      return pf(equals(load('link', PF.rule, 4), Number(value)));
    case 'srnr':
      return pf(equals(load('link', PF.subrule, 4), Number(value)));
    case 'reason':
      return pf(equals(load('link', PF.reason, 1), pfValue(value, PF_REASONS, 'reason of pf', span)));
    default:
      return pf(equals(load('link', PF.action, 1), pfValue(value, PF_ACTIONS, 'action of pf', span)));
  }
}

/** A byte of the link layer. libpcap 1.10.3 forgets to load it for & and |, and tests what it had loaded before; here it is loaded. */
export function byteCondition({ at, operator, value }: Node<'byte'>): Condition {
  const byte = load('link', at, 1);
  if (operator === '&' || operator === '|') {
    const left: Value = { kind: 'operation', operator, left: byte, right: constant(value) };
    return not(equals(left, 0));
  }
  return relationTest(byte, operator, constant(value));
}
