import { PcapshError } from '../../errors.js';
import { lexFilter, type Token } from './lexer.js';
import { nameTable } from './names.js';
import { parseFilter } from './parser.js';
import { peek, readTokens, type TokenReader } from './token-reader.js';
import { LINK_WORDS } from './vocabulary.js';

/** Kinds of value that an expression can have and a capture holds some of. */
export type ValueKind = 'addresses' | 'ports' | 'protocols' | 'vlans' | 'labels' | 'sessions' | 'interfaces';

/** A value, and how many packets of a capture have it. */
export interface CountedValue {
  readonly text: string;
  readonly packets: number;
}

/** The values of a capture that begin with `prefix`, the most frequent first. */
export type FilterValues = (kind: ValueKind, prefix: string) => readonly CountedValue[];

/** What may stand where the cursor is. */
export interface FilterCompletion {
  /** Where the word that is being typed begins, UTF-16 units. */
  readonly start: number;
  /** Words of the language that may stand there and begin like it, in order of the alphabet; where nothing is typed yet, those of every day. */
  readonly words: string[];
  /** Values of the capture that may stand there and begin like it. */
  readonly values: readonly CountedValue[];
}

/** What is being typed ends at what separates it from its neighbours. */
const TYPED = /[^\s()[\]!&|=<>'",+*^]*$/;

/** What is offered before a letter is typed; the rest of the vocabulary is found by its letters. */
const EVERYDAY: ReadonlySet<string> = new Set(
  'and or not tcp udp icmp icmp6 ip ip6 arp host net port portrange src dst ether vlan proto less greater len'.split(
    ' ',
  ),
);

/** The words of the language that may stand at `cursor`, and the values of a capture; none where what stands before makes no sense. */
export function completeFilter(text: string, cursor: number, values?: FilterValues): FilterCompletion {
  const before = text.slice(0, cursor);
  const typed = TYPED.exec(before)![0];
  const start = cursor - typed.length;
  const reader = readSoFar(before.slice(0, start));
  if (reader === null) return { start, words: [], values: [] };
  const expected = [...reader.expectedAtEnd].filter((word) => /^[a-z]/.test(word));
  const everyday = expected.filter((word) => EVERYDAY.has(word));
  const offered = typed === '' && everyday.length > 0 ? everyday : expected;
  const kind = values === undefined || peek(reader).kind !== 'end' ? null : valueKind(reader.tokens, typed);
  return {
    start,
    words: offered.filter((word) => word.startsWith(typed)).sort(),
    values: kind === null ? [] : valuesOf(kind, typed, values!),
  };
}

function valuesOf(kind: ValueKind, typed: string, values: FilterValues): readonly CountedValue[] {
  if (kind !== 'protocols') return values(kind, typed);
  // Names of protocols are words of the language, so a backslash stands before them.
  const { protocols } = nameTable();
  return values(kind, typed.replace(/^\\/, ''))
    .filter(({ text }) => protocols.has(text))
    .map(({ text, packets }) => ({ text: `\\${text}`, packets }));
}

/** Reads half an expression; null where it cannot even be taken apart. The parser notes what may follow. */
function readSoFar(text: string): TokenReader | null {
  try {
    const reader = readTokens(lexFilter(text));
    try {
      parseFilter(reader);
    } catch (error) {
      // That it is half an expression is what is expected here.
      if (!(error instanceof PcapshError)) throw error;
    }
    return reader;
  } catch (error) {
    if (error instanceof PcapshError) return null;
    throw error;
  }
}

const KIND_BEHIND: ReadonlyMap<string, ValueKind> = new Map([
  ['host', 'addresses'],
  ['net', 'addresses'],
  ['gateway', 'addresses'],
  ['src', 'addresses'],
  ['dst', 'addresses'],
  ['port', 'ports'],
  ['portrange', 'ports'],
  ['proto', 'protocols'],
  ['protochain', 'protocols'],
  ['vlan', 'vlans'],
  ['mpls', 'labels'],
  ['pppoes', 'sessions'],
  ['ifname', 'interfaces'],
  ['on', 'interfaces'],
]);
/** Behind these a further value needs no qualifier: `port 80 or 443`. */
const ELIDED: ReadonlySet<ValueKind> = new Set(['addresses', 'ports', 'protocols']);
const BEFORE_VALUES = new Set(['&&', '||', '!', '(']);

/** What kind of value may follow the tokens; null where none is expected. */
function valueKind(tokens: readonly Token[], typed: string): ValueKind | null {
  let at = tokens.length - 2; // behind it stands the end
  const last = tokens[at];
  if (last === undefined) return null;
  if (last.kind === 'keyword') return kindAt(tokens, at);
  if (last.kind !== 'symbol' || !BEFORE_VALUES.has(last.text)) return null;
  // In words a name could be typed: a value without its qualifier is offered when it begins like one.
  if (last.text !== '(' && !/^[\d:\\]/.test(typed)) return null;
  while (at >= 0 && tokens[at].kind !== 'keyword') at--;
  const kind = at < 0 ? null : kindAt(tokens, at);
  return kind !== null && ELIDED.has(kind) ? kind : null;
}

function kindAt(tokens: readonly Token[], at: number): ValueKind | null {
  const kind = KIND_BEHIND.get(tokens[at].text) ?? null;
  // Of the link layer's own addresses and types nothing is known.
  for (let i = at - 1; i >= 0 && i >= at - 4; i--) {
    const { kind: token, text } = tokens[i];
    if (token === 'keyword' && LINK_WORDS.has(text)) return null;
    if (!['src', 'dst', '||', '&&'].includes(text)) break;
  }
  return kind;
}

/** Beginnings of an address that the language cannot read yet: `10.0.`, `fe80:`, `00:00:5e`, `net 10.0.0.0/`. */
const HALF_ADDRESS = /(?:^|[\s(!])(?:[0-9A-Fa-f:.]*[:.][0-9A-Fa-f:.]*|[0-9A-Fa-f.:]+\/|\d+-)$/;

const WHOLE_ADDRESS = /(?:^|[\s(!])(?:(?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2}|\d+\.\d+\.\d+\.\d+)$/;

/** Whether an expression that is not understood may become one when more is typed at its end. */
export function isUnfinishedFilter(text: string): boolean {
  if (HALF_ADDRESS.test(text) && !WHOLE_ADDRESS.test(text)) return true;
  let reader: TokenReader;
  try {
    reader = readTokens(lexFilter(text));
  } catch (error) {
    if (error instanceof PcapshError) return error.span?.[1] === text.length;
    throw error;
  }
  try {
    parseFilter(reader);
    // Understood word by word: an address of IPv6 may begin with what looks like a name.
    if (/(?:^|\s)(?:host|net|src|dst)\s+[0-9A-Fa-f]{1,4}$/.test(text)) return true;
  } catch (error) {
    if (!(error instanceof PcapshError)) throw error;
    if (peek(reader).kind === 'end') return true;
  }
  const { start, words } = completeFilter(text, text.length);
  return start < text.length && words.some((word) => word !== text.slice(start));
}
