import { field } from '../dissector.js';
import type { Field } from '../layer.js';
import { fromLatin1, latin1, lineAt, shownText, textField } from './text-fields.js';
import { isBlank } from './text-lines.js';

/**
 * The head of a message as HTTP, SIP and SSDP have it (RFC 5322 section 2.2, RFC 9112 section 2.1): a start line of three parts, header lines, an empty line.
 * Each part is kept as it stands, so that the parts joined are the bytes; places follow from their lengths.
 */

/** More header lines than any program accepts. */
export const MAX_HEADER_LINES = 1000;

export interface StartLine {
  /** Method, or the version in a status line. */
  first: string;
  gap: string;
  /** Target, or status code. */
  second: string;
  secondGap: string;
  /** Version, or reason phrase. */
  third: string;
  ending: string;
}

export interface HeaderLine {
  /** Empty, like `separator`, in a line without a colon. */
  name: string;
  /** The colon and the blanks around it. */
  separator: string;
  /** With the line endings of folded lines inside. */
  value: string;
  /** Blanks behind the value and the line ending. */
  ending: string;
}

export interface MessageHead {
  start: StartLine;
  headers: HeaderLine[];
  /** The empty line that ends the head; empty itself when the bytes stop before it. */
  ending: string;
  /** In bytes, all of it. */
  length: number;
  /** The head goes on, but no more lines are read. */
  tooLong: boolean;
}

/** A part of the start line ends at a space; the last space of a request line stands before the version, a target with spaces being common mischief. */
function viewStartLine(bytes: Uint8Array, at: number, end: number, isStatus: boolean): [StartLine, number] {
  const line = lineAt(bytes, at, end);
  let firstEnd = line.start;
  while (firstEnd < line.end && !isBlank(bytes[firstEnd])) firstEnd++;
  let second = firstEnd;
  while (second < line.end && isBlank(bytes[second])) second++;
  let secondEnd = second;
  if (isStatus) while (secondEnd < line.end && !isBlank(bytes[secondEnd])) secondEnd++;
  else {
    secondEnd = line.end;
    while (secondEnd > second && !isBlank(bytes[secondEnd - 1])) secondEnd--;
    while (secondEnd > second && isBlank(bytes[secondEnd - 1])) secondEnd--;
    if (secondEnd === second) secondEnd = line.end;
  }
  let third = secondEnd;
  while (third < line.end && isBlank(bytes[third])) third++;
  const start = {
    first: latin1(bytes, line.start, firstEnd),
    gap: latin1(bytes, firstEnd, second),
    second: latin1(bytes, second, secondEnd),
    secondGap: latin1(bytes, secondEnd, third),
    third: latin1(bytes, third, line.end),
    ending: latin1(bytes, line.end, line.next),
  };
  return [start, line.next];
}

/** A header line with the lines folded into it: those that begin with a blank. */
function viewHeaderLine(bytes: Uint8Array, at: number, end: number): [HeaderLine, number] {
  let line = lineAt(bytes, at, end);
  while (line.next > line.end && line.next < end && isBlank(bytes[line.next])) line = lineAt(bytes, line.next, end);
  let colon = at;
  while (colon < line.end && bytes[colon] !== 0x3a && bytes[colon] !== 10) colon++;
  const found = colon < line.end && bytes[colon] === 0x3a;
  let nameEnd = found ? colon : at;
  while (nameEnd > at && isBlank(bytes[nameEnd - 1])) nameEnd--;
  let value = found ? colon + 1 : at;
  while (found && value < line.end && isBlank(bytes[value])) value++;
  let valueEnd = line.end;
  while (valueEnd > value && isBlank(bytes[valueEnd - 1])) valueEnd--;
  const view = {
    name: latin1(bytes, at, nameEnd),
    separator: latin1(bytes, nameEnd, value),
    value: latin1(bytes, value, valueEnd),
    ending: latin1(bytes, valueEnd, line.next),
  };
  return [view, line.next];
}

/** The head at `at`; `isStatus` tells whether its start line is a status line. null when there is no byte. */
export function viewHead(bytes: Uint8Array, at: number, end: number, isStatus: boolean): MessageHead | null {
  if (at >= end) return null;
  const [start, first] = viewStartLine(bytes, at, end, isStatus);
  const headers: HeaderLine[] = [];
  let place = first;
  let ending = '';
  while (place < end && headers.length < MAX_HEADER_LINES) {
    const line = lineAt(bytes, place, end);
    if (line.end === line.start && line.next > line.end) {
      ending = latin1(bytes, place, line.next);
      place = line.next;
      break;
    }
    const [header, next] = viewHeaderLine(bytes, place, end);
    headers.push(header);
    place = next;
  }
  return { start, headers, ending, length: place - at, tooLong: ending === '' && place < end };
}

export function emitHead({ start, headers, ending }: MessageHead): Uint8Array {
  const first = start.first + start.gap + start.second + start.secondGap + start.third + start.ending;
  const lines = headers.map(({ name, separator, value, ending }) => name + separator + value + ending);
  return fromLatin1(first + lines.join('') + ending);
}

/** The first header of that name, in letters of either case (given in lower case); also under its short form. */
export function headerValue(head: MessageHead, name: string, short = name): string | null {
  for (const line of head.headers) {
    const lower = line.name.toLowerCase();
    if (lower === name || lower === short) return line.value;
  }
  return null;
}

/** The start line as one field with its three parts in it, which `names` names. */
export function startLineField(
  name: string,
  names: readonly [string, string, string],
  bytes: Uint8Array,
  at: number,
  { start }: MessageHead,
): Field {
  const second = at + start.first.length + start.gap.length;
  const third = second + start.second.length + start.secondGap.length;
  const end = third + start.third.length;
  const parts: [string, number, number][] = [
    [names[0], at, start.first.length],
    [names[1], second, start.second.length],
    [names[2], third, start.third.length],
  ];
  const fields = parts
    .filter(([, , length]) => length > 0)
    .map(([part, place, length]) =>
      part === 'Status Code' && /^[0-9]+$/.test(start.second)
        ? field(part, place, length, Number(start.second), start.second)
        : textField(part, bytes, place, place + length),
    );
  return textField(name, bytes, at, end, fields);
}

/** A field for each header line, covering the line with its ending; named as it stands there. */
export function headerFields(bytes: Uint8Array, at: number, head: MessageHead): Field[] {
  const { start, headers } = head;
  let place =
    at +
    start.first.length +
    start.gap.length +
    start.second.length +
    start.secondGap.length +
    start.third.length +
    start.ending.length;
  return headers.map(({ name, separator, value, ending }) => {
    const from = place + name.length + separator.length;
    const end = from + value.length;
    const read = textField(name === '' ? 'Line without Colon' : shownText(name), bytes, from, end);
    const line = { ...read, start: place, end: end + ending.length };
    place = line.end;
    return line;
  });
}

/** What is wrong with the head: its end is missing because the capture cut the packet, or it never ends. */
export function headProblem(what: string, head: MessageHead, at: number, isCut: boolean): string | null {
  if (head.tooLong) return `${what}: more than ${MAX_HEADER_LINES} lines, the rest is not read, at byte ${at}`;
  if (head.ending !== '' || !isCut) return null;
  return `${what}: an empty line required, not among the ${head.length} bytes available, at byte ${at}`;
}
