import { escapeBytes } from '../../bytes/escape.js';
import { field } from '../dissector.js';
import type { Field } from '../layer.js';
import { CR, LF } from './text-lines.js';

/** Lines and words of text protocols as fields and views. In views text is one character a byte, so that nothing is lost by reading it. */

export interface TextLine {
  start: number;
  /** Where its text ends, without the line ending. */
  end: number;
  /** Where the next line begins; equal to `end` when the bytes stop before a line ending. */
  next: number;
}

/** The line at `at`: it ends with LF, a CR before that belonging to the ending. */
export function lineAt(bytes: Uint8Array, at: number, end: number): TextLine {
  let i = at;
  while (i < end && bytes[i] !== LF) i++;
  if (i === end) return { start: at, end, next: end };
  return { start: at, end: i > at && bytes[i - 1] === CR ? i - 1 : i, next: i + 1 };
}

/** One character a byte. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString('latin1');
}

export function fromLatin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Text of a view for people: read as UTF-8, escaped. */
export function shownText(text: string): string {
  return escapeBytes(fromLatin1(text));
}

/** A field of text: its value is the text, escaped. */
export function textField(name: string, bytes: Uint8Array, start: number, end: number, fields?: Field[]): Field {
  const text = escapeBytes(bytes, start, end);
  return field(name, start, end - start, text, text, fields);
}
