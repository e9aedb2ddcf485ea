import { u16, u32 } from '../../bytes/big-endian.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { type Form, PROPERTIES } from './mqtt-names.js';
import { textField } from './text-fields.js';

/** The pieces that MQTT packets are made of (MQTT 5.0 section 1.5), taken one behind the other from a packet's bytes. */
export interface Cursor {
  bytes: Uint8Array;
  at: number;
  end: number;
  fields: Field[];
  /** Set by the first piece that does not fit; nothing is taken after that. */
  problem: string | null;
}

function fits(cursor: Cursor, what: string, length: number): boolean {
  if (cursor.problem !== null) return false;
  if (cursor.at + length <= cursor.end) return true;
  cursor.problem = shortfall(`MQTT ${what}`, length, cursor.end - cursor.at, cursor.at);
  return false;
}

/** Takes a number of 1, 2 or 4 bytes; null when it does not fit. */
export function takeNumber(
  cursor: Cursor,
  name: string,
  length: 1 | 2 | 4,
  names: Readonly<Record<number, string>> = {},
): number | null {
  if (!fits(cursor, name, length)) return null;
  const { bytes, at } = cursor;
  const value = length === 1 ? bytes[at] : length === 2 ? u16(bytes, at) : u32(bytes, at);
  cursor.fields.push(field(name, at, length, value, named(names, value)));
  cursor.at += length;
  return value;
}

/** A two-byte length and as many bytes of text or data behind it. */
export function takeBlock(cursor: Cursor, name: string, isText: boolean): void {
  const length = takeNumber(cursor, `${name} Length`, 2);
  if (length === null || !fits(cursor, name, length)) return;
  const { bytes, at } = cursor;
  cursor.at += length;
  if (length === 0) return;
  cursor.fields.push(isText ? textField(name, bytes, at, cursor.at) : bytesField(name, bytes, at, cursor.at));
}

export const MOST_LENGTH_BYTES = 4;

/** Variable Byte Integer: its value and how many bytes it has; null when it does not end by `end` or within four bytes. */
export function variableNumber(bytes: Uint8Array, at: number, end: number): { value: number; size: number } | null {
  let value = 0;
  for (let size = 1; size <= MOST_LENGTH_BYTES && at + size <= end; size++) {
    const byte = bytes[at + size - 1];
    value += (byte & 0x7f) * 128 ** (size - 1);
    if (byte < 0x80) return { value, size };
  }
  return null;
}

function takeVariable(cursor: Cursor, name: string): number | null {
  if (cursor.problem !== null) return null;
  const { bytes, at, end } = cursor;
  const found = variableNumber(bytes, at, end);
  if (found === null) {
    cursor.problem = `MQTT ${name}: no end among the ${end - at} bytes available, at byte ${at}`;
    return null;
  }
  cursor.fields.push(field(name, at, found.size, found.value));
  cursor.at += found.size;
  return found.value;
}

function takeForm(cursor: Cursor, name: string, form: Form): void {
  if (form === 'variable') takeVariable(cursor, name);
  else if (form === 'string' || form === 'binary') takeBlock(cursor, name, form === 'string');
  else if (form === 'pair') {
    takeBlock(cursor, `${name} Key`, true);
    takeBlock(cursor, `${name} Value`, true);
  } else takeNumber(cursor, name, form);
}

function takeProperty(cursor: Cursor): void {
  const { bytes, at } = cursor;
  const [name, form] = PROPERTIES[bytes[at]] ?? [null, 1];
  if (name === null) {
    cursor.problem = `MQTT property: identifier ${bytes[at]} is not known, at byte ${at}`;
    return;
  }
  const inner: Cursor = {
    ...cursor,
    at: at + 1,
    fields: [field('Identifier', at, 1, bytes[at], `${name} (${bytes[at]})`)],
  };
  takeForm(inner, name, form);
  const last = inner.fields.filter((one) => !one.name.endsWith('Length')).slice(1);
  const text = last.map((one) => one.text).join(': ');
  cursor.fields.push(field('Property', at, inner.at - at, bytes[at], `${name}: ${text}`, inner.fields));
  cursor.at = inner.at;
  cursor.problem = inner.problem;
}

/** A property length and the properties (MQTT 5.0 section 2.2.2). */
export function takeProperties(cursor: Cursor, name = 'Properties'): void {
  const start = cursor.at;
  const inner: Cursor = { ...cursor, fields: [] };
  const length = takeVariable(inner, 'Property Length');
  if (length !== null && fits(inner, name, length)) {
    inner.end = inner.at + length;
    while (inner.at < inner.end && inner.problem === null) takeProperty(inner);
  }
  const count = inner.fields.filter((one) => one.name === 'Property').length;
  const text = count === 1 ? inner.fields[1].text : `${count} properties`;
  if (inner.fields.length > 0)
    cursor.fields.push(field(name, start, inner.at - start, length ?? 0, text, inner.fields));
  cursor.at = inner.at;
  cursor.problem = inner.problem;
}

/** Whether properties, well formed, stand at the cursor. */
export function hasProperties({ bytes, at, end }: Cursor): boolean {
  const trial: Cursor = { bytes, at, end, fields: [], problem: null };
  takeProperties(trial);
  return trial.problem === null;
}
