import { anchorOf, type BytePattern, fitsAt } from './byte-pattern.js';
import { bufferOf } from './latin1.js';
import { createMultiSearch, FOLD, type MultiSearch } from './multi-search.js';

/** A pattern and the indicator that it belongs to. `folded`: letters of ASCII in either case. */
export interface Literal {
  pattern: BytePattern;
  folded: boolean;
  indicator: number;
}

/** Told of an indicator; true: it was told before of this packet. */
export type IndicatorFound = (indicator: number) => boolean;

export interface LiteralSearch {
  /** The bytes of a batch have come: nothing that was known of them holds. */
  begin(): void;
  /** Tells the indicators whose patterns stand in bytes[from, to). Of one batch, ranges come in ascending order. */
  find(bytes: Uint8Array, from: number, to: number, found: IndicatorFound): void;
}

/** Searches for patterns: a lone one by the system's own search over whole batches, several in one pass. */
export function createLiteralSearch(literals: readonly Literal[]): LiteralSearch {
  const [only] = literals;
  if (literals.length === 1 && !only.folded && only.pattern.mask === null) return searchForOne(only);
  const searches = [
    plainSearch(
      literals.filter(({ pattern, folded }) => pattern.mask === null && !folded),
      false,
    ),
    plainSearch(
      literals.filter(({ pattern, folded }) => pattern.mask === null && folded),
      true,
    ),
    openSearch(literals.filter(({ pattern }) => pattern.mask !== null)),
  ].filter((each) => each !== null);
  return {
    begin: () => undefined,
    find(bytes, from, to, found) {
      for (const search of searches) search(bytes, from, to, found);
    },
  };
}

type Search = LiteralSearch['find'];

function searchForOne({ pattern, indicator }: Literal): LiteralSearch {
  const needle = Buffer.from(pattern.bytes);
  /** Where it stands next, at or behind the ranges that were asked for; -1: not known. */
  let next = -1;
  return {
    begin() {
      next = -1;
    },
    find(bytes, from, to, found) {
      if (next < from) {
        const at = bufferOf(bytes).indexOf(needle, from);
        next = at < 0 ? Number.POSITIVE_INFINITY : at;
      }
      if (next + needle.length <= to) found(indicator);
    },
  };
}

function plainSearch(literals: readonly Literal[], folded: boolean): Search | null {
  if (literals.length === 0) return null;
  const strings = literals.map(({ pattern: { bytes } }) => (folded ? bytes.map((byte) => FOLD[byte]) : bytes));
  const owners = ownersOf(strings, literals);
  const search = createMultiSearch(strings, folded);
  return (bytes, from, to, found) =>
    search.scan(bytes, from, to, (string) => {
      let known = true;
      for (const { indicator } of owners(string)) known = found(indicator) && known;
      return known;
    });
}

/** Patterns with open bits: what is looked for is the longest run of bytes that are known, and the rest is compared where it stands. */
function openSearch(literals: readonly Literal[]): Search | null {
  if (literals.length === 0) return null;
  const anchors = literals.map(({ pattern }) => anchorOf(pattern));
  const strings = literals.map(({ pattern }, i) => pattern.bytes.subarray(anchors[i][0], anchors[i][1]));
  const behindAnchor = new Map(literals.map((literal, i) => [literal, anchors[i][1]]));
  const owners = ownersOf(strings, literals);
  const search: MultiSearch = createMultiSearch(strings, false);
  return (bytes, from, to, found) =>
    search.scan(bytes, from, to, (string, end) => {
      for (const literal of owners(string)) {
        const at = end - behindAnchor.get(literal)!;
        if (at >= from && at + literal.pattern.bytes.length <= to && fitsAt(literal.pattern, bytes, at))
          found(literal.indicator);
      }
      return false;
    });
}

/** The literals of each string: equal strings are told under the ordinal of the first. */
function ownersOf(
  strings: readonly Uint8Array[],
  literals: readonly Literal[],
): (string: number) => readonly Literal[] {
  const first = new Map<string, number>();
  const shared = new Map<number, Literal[]>();
  const single = literals.map((literal) => [literal]);
  for (const [i, string] of strings.entries()) {
    const text = Buffer.from(string).toString('latin1');
    const before = first.get(text);
    if (before === undefined) first.set(text, i);
    else if (shared.has(before)) shared.get(before)!.push(literals[i]);
    else shared.set(before, [literals[before], literals[i]]);
  }
  return (string) => shared.get(string) ?? single[string];
}
