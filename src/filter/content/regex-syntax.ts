import type { PcapshError } from '../../errors.js';
import { addBytes, byteSet, CLASSES, CONTROLS, eitherCase, inverse, NAMED_CLASSES, single } from './byte-sets.js';
import { type RegexFlags, regexError } from './regex-flags.js';

/**
 * Regular expressions about bytes: a payload is read as text in which each byte is the character of its number. Written in the syntax of RE2. What stands for
 * characters is made to mean bytes before the engine sees it: a character beyond ASCII is its bytes in UTF-8, letters of ASCII alone have two cases.
 */

/** A part of an expression. `bytes` are those that may stand there. */
export type RegexNode =
  | { kind: 'set'; bytes: Uint8Array }
  | { kind: 'sequence'; nodes: RegexNode[] }
  | { kind: 'choice'; nodes: RegexNode[] }
  | { kind: 'repeat'; node: RegexNode; least: number; most: number; lazy: boolean }
  /** ^ $ \b \B \A \z: no byte. */
  | { kind: 'place'; source: string };

/** Longer ones are not written by people. */
const LONGEST = 4096;
const DEEPEST = 200;
/** As RE2 has it. */
const MOST_REPEATS = 1000;

const LF = 10;

/** Parses an expression. Throws PcapshError (kind `input`) whose span lies in `source`. */
export function parseRegex(source: string, given: RegexFlags): RegexNode {
  if (source.length > LONGEST)
    throw regexError(`the expression has ${source.length} characters, more than ${LONGEST}`, 0, source.length);
  let at = 0;
  let depth = 0;
  let flags = given;

  function choice(): RegexNode {
    const nodes = [sequence()];
    while (source[at] === '|') {
      at++;
      nodes.push(sequence());
    }
    return nodes.length === 1 ? nodes[0] : { kind: 'choice', nodes };
  }

  function sequence(): RegexNode {
    const nodes: RegexNode[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') nodes.push(...repeated());
    return nodes.length === 1 ? nodes[0] : { kind: 'sequence', nodes };
  }

  function repeated(): RegexNode[] {
    const nodes = atom();
    const place = at;
    const counts = readCounts();
    if (counts === null) return nodes;
    const last = nodes.pop();
    if (last === undefined) throw nothingToRepeat(place);
    const lazy = source[at] === '?';
    if (lazy) at++;
    if (readsCount()) throw regexError('a repetition is repeated', at, at + 1, 'put the first one in parentheses');
    return [...nodes, { kind: 'repeat', node: last, ...counts, lazy }];
  }

  function readsCount(): boolean {
    return '*+?'.includes(source[at] ?? ' ') || /^\{\d+(?:,\d*)?\}/.test(source.slice(at, at + 12));
  }

  function readCounts(): { least: number; most: number } | null {
    const sign = source[at];
    if (sign === '*' || sign === '+' || sign === '?') {
      at++;
      return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    }
    const match = /^\{(\d{1,9})(?:(,)(\d{0,9}))?\}/.exec(source.slice(at, at + 24));
    if (match === null) return null;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    const end = at + match[0].length;
    if (most < least) throw regexError(`${match[0]} ends before it begins`, at, end);
    if (least > MOST_REPEATS || (Number.isFinite(most) && most > MOST_REPEATS))
      throw regexError(`${match[0]} repeats more than ${MOST_REPEATS} times`, at, end);
    at = end;
    return { least, most };
  }

  function nothingToRepeat(place: number): PcapshError {
    return regexError(
      `there is nothing before "${source[place]}" to repeat`,
      place,
      place + 1,
      `\\${source[place]} is the character`,
    );
  }

  /** Usually one node; several of a quotation (\\Q…\\E), none where flags are set. */
  function atom(): RegexNode[] {
    const character = source[at];
    switch (character) {
      case '(':
        return group();
      case '[':
        return [{ kind: 'set', bytes: readClass() }];
      case '.':
        at++;
        return [{ kind: 'set', bytes: flags.dotAll ? inverse(byteSet()) : inverse(byteSet([LF, LF])) }];
      case '^':
        at++;
        return [{ kind: 'place', source: flags.multiline ? '(?m:^)' : '^' }];
      case '$':
        at++;
        return [{ kind: 'place', source: flags.multiline ? '(?m:$)' : '$' }];
      case '*':
      case '+':
      case '?':
        throw nothingToRepeat(at);
      case '\\':
        return escaped();
      default: {
        const whole = String.fromCodePoint(source.codePointAt(at)!);
        at += whole.length;
        return [literal(whole)];
      }
    }
  }

  function literal(character: string): RegexNode {
    const code = character.codePointAt(0)!;
    if (code < 128) return { kind: 'set', bytes: cased(byteSet([code, code])) };
    const nodes = [...new TextEncoder().encode(character)].map(
      (byte): RegexNode => ({ kind: 'set', bytes: byteSet([byte, byte]) }),
    );
    return { kind: 'sequence', nodes };
  }

  function cased(bytes: Uint8Array): Uint8Array {
    return flags.ignoreCase ? eitherCase(bytes) : bytes;
  }

  function group(): RegexNode[] {
    const open = at;
    at++;
    if (++depth > DEEPEST) throw regexError(`parentheses are nested more than ${DEEPEST} deep`, open, open + 1);
    const outer = flags;
    const head = /^\?(?:P?<[A-Za-z_]\w*>|([ismU]*)(?:-([ism]+))?([:)]))/.exec(source.slice(at, at + 80));
    if (head === null && source[at] === '?')
      throw regexError(
        'this kind of group is not known',
        open,
        Math.min(at + 3, source.length),
        'what looks ahead or back cannot be searched for in linear time',
      );
    if (head !== null) {
      at += head[0].length;
      flags = changed(head[1] ?? '', head[2] ?? '');
      if (head[3] === ')') {
        depth--;
        return []; // (?i): from here on
      }
    }
    const inner = choice();
    if (source[at] !== ')') throw regexError(`the ( at character ${open + 1} is never closed`, open, open + 1);
    at++;
    depth--;
    flags = outer;
    return [inner];
  }

  function changed(on: string, off: string): RegexFlags {
    const value = (flag: string, before: boolean): boolean =>
      on.includes(flag) ? true : off.includes(flag) ? false : before;
    return {
      ignoreCase: value('i', flags.ignoreCase),
      dotAll: value('s', flags.dotAll),
      multiline: value('m', flags.multiline),
    };
  }

  function escaped(): RegexNode[] {
    const next = source[at + 1];
    if (next !== undefined && 'bBAz'.includes(next)) {
      at += 2;
      return [{ kind: 'place', source: `\\${next}` }];
    }
    if (next === 'Q') {
      const end = source.indexOf('\\E', at);
      const text = source.slice(at + 2, end < 0 ? source.length : end);
      at = end < 0 ? source.length : end + 2;
      return [...text].map(literal);
    }
    const bytes = readEscape(false);
    return [{ kind: 'set', bytes: cased(bytes) }];
  }

  /** What an escape at `at` stands for. */
  function readEscape(inClass: boolean): Uint8Array {
    const next = source[at + 1];
    if (next === undefined) throw regexError('the expression ends in a backslash', at, at + 1, '\\\\ is the character');
    if (CLASSES[next] !== undefined) {
      at += 2;
      return CLASSES[next];
    }
    const hex = /^\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(source.slice(at, at + 12));
    if (hex !== null) {
      const byte = Number.parseInt(hex[1] ?? hex[2], 16);
      if (byte > 255)
        throw regexError(`${hex[0]} is no byte`, at, at + hex[0].length, 'write the character itself, or its bytes');
      at += hex[0].length;
      return byteSet([byte, byte]);
    }
    const octal = /^\\(0[0-7]{0,2})/.exec(source.slice(at, at + 4));
    if (octal !== null) {
      const byte = Number.parseInt(octal[1], 8);
      at += octal[0].length;
      return byteSet([byte, byte]);
    }
    const control = CONTROLS[next];
    if (control !== undefined || (inClass && next === 'b')) {
      at += 2;
      const byte = control ?? 8;
      return byteSet([byte, byte]);
    }
    if (/[A-Za-z0-9]/.test(next) || next.charCodeAt(0) > 127) {
      const about = /\d/.test(next)
        ? 'what was matched before cannot be searched for in linear time'
        : /[pPuX]/.test(next)
          ? 'the expression is about bytes: \\xHH, or the character itself'
          : undefined;
      throw regexError(`\\${next} is not known`, at, at + 2, about);
    }
    at += 2;
    const byte = next.charCodeAt(0);
    return byteSet([byte, byte]);
  }

  function readClass(): Uint8Array {
    const open = at;
    at++;
    const negated = source[at] === '^';
    if (negated) at++;
    const bytes = byteSet();
    for (let first = true; ; first = false) {
      if (at >= source.length) throw regexError(`the [ at character ${open + 1} is never closed`, open, open + 1);
      if (source[at] === ']' && !first) break;
      const named = /^\[:(\^?)(\w+):\]/.exec(source.slice(at, at + 16));
      if (named !== null) {
        const set = NAMED_CLASSES[named[2]];
        if (set === undefined) throw regexError(`[:${named[2]}:] is not known`, at, at + named[0].length);
        at += named[0].length;
        addBytes(bytes, named[1] === '' ? set : inverse(set));
        continue;
      }
      addItem(bytes);
    }
    at++;
    const both = cased(bytes);
    return negated ? inverse(both) : both;
  }

  /** A character, an escape or a range in brackets. */
  function addItem(bytes: Uint8Array): void {
    const from = at;
    const low = classByte();
    if (source[at] !== '-' || source[at + 1] === ']' || at + 1 >= source.length) {
      addBytes(bytes, low);
      return;
    }
    at++;
    const first = single(low);
    const last = single(classByte());
    if (first < 0 || last < 0 || last < first)
      throw regexError(
        `the range ${source.slice(from, at)} is none`,
        from,
        at,
        first > last && last >= 0 ? 'it ends before it begins' : undefined,
      );
    bytes.fill(1, first, last + 1);
  }

  function classByte(): Uint8Array {
    if (source[at] === '\\') return readEscape(true);
    const code = source.codePointAt(at)!;
    if (code > 127) {
      const character = String.fromCodePoint(code);
      throw regexError(
        `"${character}" is several bytes and cannot stand in brackets`,
        at,
        at + character.length,
        'write the choices as (ä|ö)',
      );
    }
    at++;
    return byteSet([code, code]);
  }

  const tree = choice();
  if (at < source.length)
    throw regexError(`the ) at character ${at + 1} closes nothing`, at, at + 1, '\\) is the character');
  return tree;
}
