import { createRequire } from 'node:module';
import { PcapshError } from '../../errors.js';
import { single } from './byte-sets.js';
import { FOLD } from './multi-search.js';
import type { RegexFlags } from './regex-flags.js';
import { parseRegex, type RegexNode } from './regex-syntax.js';

/** A regular expression about bytes, ready to search in linear time. */
export interface ByteRegex {
  /** Each character of `text` is a byte. */
  test(text: string): boolean;
  /** Texts of which a payload must hold one to be worth a test, capitals as small letters; null: nothing is known of it. */
  needles: Uint8Array[] | null;
}

type Engine = typeof import('re2js');
let engine: Engine | null = null;

/** Loaded by the first expression: most sessions have none. */
function loadEngine(): Engine {
  engine ??= createRequire(import.meta.url)('re2js') as Engine;
  return engine;
}

/** @throws PcapshError (kind `input`) whose span lies in `source` */
export function compileRegex(source: string, flags: RegexFlags): ByteRegex {
  const tree = parseRegex(source, flags);
  const { RE2JS } = loadEngine();
  try {
    const compiled = RE2JS.compile(emit(tree));
    return { test: (text) => compiled.test(text), needles: needlesOf(tree) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PcapshError('match.regex', `the expression is refused: ${reason.slice(0, 200)}`, {
      kind: 'input',
      span: [0, source.length],
      cause: error,
    });
  }
}

/** The expression in terms that leave nothing to character sets. */
function emit(node: RegexNode): string {
  switch (node.kind) {
    case 'set':
      return emitSet(node.bytes);
    case 'place':
      return node.source;
    case 'sequence':
      return node.nodes.map((each) => (each.kind === 'choice' ? `(?:${emit(each)})` : emit(each))).join('');
    case 'choice':
      return node.nodes.map(emit).join('|');
    case 'repeat': {
      const { least, most, lazy } = node;
      const counts =
        least === 0 && most === 1
          ? '?'
          : most === Number.POSITIVE_INFINITY && least <= 1
            ? '*+'[least]
            : `{${least},${Number.isFinite(most) ? most : ''}}`;
      return `(?:${emit(node.node)})${counts}${lazy ? '?' : ''}`;
    }
  }
}

function emitSet(bytes: Uint8Array): string {
  let ranges = '';
  for (let first = 0; first < 256; first++) {
    if (bytes[first] === 0) continue;
    let last = first;
    while (last < 255 && bytes[last + 1] === 1) last++;
    ranges += first === last ? byteText(first) : `${byteText(first)}-${byteText(last)}`;
    first = last;
  }
  if (ranges === '') return '[^\\x{0}-\\x{10ffff}]'; // no byte
  return single(bytes) >= 0 ? ranges : `[${ranges}]`;
}

function byteText(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** More texts to look for, or longer ones, do not find sooner. */
const MOST_NEEDLES = 64;
const LONGEST_NEEDLE = 32;
/** Shorter texts are in nearly every payload. */
const SHORTEST_NEEDLE = 3;

/** What is known of the texts that a part of an expression stands for. */
interface Known {
  /** All that it can stand for, null where they are too many. */
  exact: string[] | null;
  /** Texts of which one is in all that it stands for; null: none known. */
  some: string[] | null;
}

const ANYTHING: Known = { exact: null, some: null };

function needlesOf(tree: RegexNode): Uint8Array[] | null {
  const known = settle(knownOf(tree));
  if (known === null) return null;
  return [...new Set(known)].map((text) => Uint8Array.from(Buffer.from(text, 'latin1')));
}

/** The best that is known, as texts that are long enough; capitals have been made small letters. */
function settle({ exact, some }: Known): string[] | null {
  const worth = (texts: string[] | null): number =>
    texts === null ? 0 : Math.min(...texts.map(({ length }) => length));
  const best = worth(exact) >= worth(some) ? exact : some;
  return worth(best) >= SHORTEST_NEEDLE ? best!.map((text) => text.slice(0, LONGEST_NEEDLE)) : null;
}

function knownOf(node: RegexNode): Known {
  switch (node.kind) {
    case 'set':
      return knownOfSet(node.bytes);
    case 'place':
      return { exact: [''], some: null };
    case 'choice':
      return node.nodes.map(knownOf).reduce(either);
    case 'sequence':
      return knownOfSequence(node.nodes);
    case 'repeat': {
      if (node.least === 0) return ANYTHING;
      const once = knownOf(node.node);
      if (node.least === 1 && node.most === 1) return once;
      return { exact: null, some: better(once.some, once.exact) };
    }
  }
}

function knownOfSet(bytes: Uint8Array): Known {
  const texts = new Set<string>();
  for (let byte = 0; byte < 256 && texts.size <= 4; byte++)
    if (bytes[byte] === 1) texts.add(String.fromCharCode(FOLD[byte]));
  return texts.size === 0 || texts.size > 4 ? ANYTHING : { exact: [...texts], some: null };
}

function either(a: Known, b: Known): Known {
  const exact = a.exact === null || b.exact === null ? null : limited([...a.exact, ...b.exact]);
  const [left, right] = [better(a.some, a.exact), better(b.some, b.exact)];
  return { exact, some: left === null || right === null ? null : limited([...left, ...right]) };
}

/** Texts grow from part to part until one is not known; there a new one begins. */
function knownOfSequence(nodes: readonly RegexNode[]): Known {
  let run = [''];
  let some: string[] | null = null;
  let isWhole = true;
  for (const { exact, some: within } of nodes.map(knownOf)) {
    const longer =
      exact === null || run.length * exact.length > MOST_NEEDLES
        ? null
        : limited(run.flatMap((text) => exact.map((more) => text + more)));
    some = better(some, within);
    if (longer !== null) run = longer;
    else {
      some = better(some, run);
      run = exact ?? [''];
      isWhole = false;
    }
  }
  return { exact: isWhole ? run : null, some: better(some, run) };
}

function limited(texts: string[]): string[] | null {
  const unique = [...new Set(texts)];
  return unique.length > MOST_NEEDLES || unique.some(({ length }) => length > 4 * LONGEST_NEEDLE) ? null : unique;
}

/** The texts whose shortest is longer. */
function better(a: string[] | null, b: string[] | null): string[] | null {
  if (a === null || b === null) return a ?? b;
  const shortest = (texts: string[]): number => Math.min(...texts.map(({ length }) => length));
  return shortest(b) > shortest(a) ? b : a;
}
