import { field, type Input, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { isReply, REPLY_CODE } from './replies.js';
import { fromLatin1, latin1, lineAt, shownText, textField } from './text-fields.js';
import { isBlank } from './text-lines.js';

/**
 * Commands of a word and an argument, and replies that begin with three digits (RFC 959 section 4.2, RFC 5321 section 4.2): a line each, several in a packet
 * when commands are sent in a row or a reply has many lines.
 */

export const MAX_LINES = 1000;

export interface CommandLine {
  /** The command, or the reply's three digits; empty in the inner lines of a reply that have none. */
  word: string;
  /** Blanks, or the hyphen that says more lines of this reply follow. */
  gap: string;
  rest: string;
  ending: string;
}

function viewLine(bytes: Uint8Array, start: number, end: number, next: number, replies: boolean): CommandLine {
  let wordEnd = start;
  if (!replies) while (wordEnd < end && !isBlank(bytes[wordEnd])) wordEnd++;
  else if (isReply(bytes, start, end)) wordEnd = start + REPLY_CODE;
  let rest = wordEnd;
  if (!replies) while (rest < end && isBlank(bytes[rest])) rest++;
  else if (wordEnd > start && rest < end) rest++;
  return {
    word: latin1(bytes, start, wordEnd),
    gap: latin1(bytes, wordEnd, rest),
    rest: latin1(bytes, rest, end),
    ending: latin1(bytes, end, next),
  };
}

/** The lines at `at`, up to MAX_LINES of them; null without a byte. `replies` tells which of the two they are. */
export function viewLines(bytes: Uint8Array, at: number, end: number, replies: boolean): CommandLine[] | null {
  if (at >= end) return null;
  const lines: CommandLine[] = [];
  for (let place = at; place < end && lines.length < MAX_LINES; ) {
    const line = lineAt(bytes, place, end);
    lines.push(viewLine(bytes, line.start, line.end, line.next, replies));
    place = line.next;
  }
  return lines;
}

export function emitLines(lines: readonly CommandLine[]): Uint8Array {
  return fromLatin1(lines.map(({ word, gap, rest, ending }) => word + gap + rest + ending).join(''));
}

/** What a protocol calls the parts of its lines. */
export interface LineNames {
  line: string;
  word: string;
  rest: string;
}

function lineField(names: LineNames, isCode: boolean, bytes: Uint8Array, at: number, line: CommandLine): Field {
  const rest = at + line.word.length + line.gap.length;
  const end = rest + line.rest.length;
  const inner: Field[] = [];
  if (line.word !== '') {
    inner.push(
      isCode
        ? field(names.word, at, REPLY_CODE, Number(line.word), line.word)
        : textField(names.word, bytes, at, at + line.word.length),
    );
  }
  if (end > rest) inner.push(textField(names.rest, bytes, rest, end));
  return { ...textField(names.line, bytes, at, end, inner), end: end + line.ending.length };
}

/** Reads all of the payload as lines. `info` words the line of the packet list from the first line's text. */
export function readLines(
  input: Input,
  name: string,
  title: string,
  reply: LineNames,
  command: LineNames,
  info: (isReply: boolean, text: string) => string,
): Step {
  const { bytes, at, end, wireEnd } = input;
  const replies = isReply(bytes, at, end);
  const lines = viewLines(bytes, at, end, replies)!;
  let place = at;
  const fields = lines.map((line) => {
    const made = lineField(replies ? reply : command, replies, bytes, place, line);
    place = made.end;
    return made;
  });
  const last = lines[lines.length - 1];
  const more = lines.length > 1 ? `  (${lines.length} lines)` : '';
  const text = shownText(lines[0].word + lines[0].gap + lines[0].rest);
  let problem: string | null = null;
  if (place < end) problem = `${title}: more than ${MAX_LINES} lines, the rest is not read, at byte ${at}`;
  else if (last.ending === '' && end < wireEnd) {
    problem = `${title} line: a line ending required, not among the ${end - at} bytes available, at byte ${at}`;
  }
  return {
    layer: { name, title, summary: text + more, start: at, end: place, fields, problem },
    next: place < end ? { table: 'data', key: 0, at: place, wireEnd } : null,
    column: { info: info(replies, text) },
  };
}
