import { hexDigits } from '../bytes/big-endian.js';
import { bytesField, field, shortfall } from './dissector.js';
import type { Field } from './layer.js';

/**
 * Options as IPv4 (RFC 791 section 3.1) and TCP (RFC 9293 section 3.1) list them: a type, then a length that counts both and what follows; type 0 ends the
 * list, type 1 is a byte of padding, and neither has a length.
 */

export interface OptionContent {
  /** Fields behind type and length. */
  fields: Field[];
  text: string;
  /** "TCP Multipath TCP option: 12 bytes required, 8 available, at byte 54": the option's own parts do not fit in it. */
  problem?: string | null;
}

export interface OptionKind {
  name: string;
  /** Lengths that it may have, type and length bytes included; without any, what `read` makes of it decides. */
  lengths?: readonly number[];
  /** Reads bytes[at, end), which lie behind type and length. */
  read?: (bytes: Uint8Array, at: number, end: number) => OptionContent;
}

export interface OptionGrammar {
  /** "TCP": stands before "option" in problems. */
  protocol: string;
  /** What the specification calls the first two bytes. */
  typeName: string;
  lengthName: string;
  kinds: Readonly<Record<number, OptionKind>>;
  /** Fields within the type byte. */
  typeFields?: (type: number, at: number) => Field[];
}

export interface OptionList {
  fields: Field[];
  problem: string | null;
}

const END = 0;
const PADDING = 1;

function bare(bytes: Uint8Array, at: number, end: number): OptionContent {
  const data = bytesField('Data', bytes, at, end);
  return { fields: at < end ? [data] : [], text: data.text };
}

/** "4", "12 or 20". */
function alternatives(lengths: readonly number[]): string {
  return lengths.length < 2
    ? String(lengths[0])
    : `${lengths.slice(0, -1).join(', ')} or ${lengths[lengths.length - 1]}`;
}

/** The options of bytes[at, end). One whose length is below 2, or beyond the end, ends the list; the first problem is told. */
export function readOptions(grammar: OptionGrammar, bytes: Uint8Array, at: number, end: number): OptionList {
  const { protocol, typeName, lengthName, kinds } = grammar;
  const list: OptionList = { fields: [], problem: null };
  let place = at;
  while (place < end) {
    const type = bytes[place];
    const kind = kinds[type] ?? { name: `Option ${type}` };
    const typeField = field(typeName, place, 1, type, `${kind.name} (${type})`, grammar.typeFields?.(type, place));
    if (type === END || type === PADDING) {
      list.fields.push(
        field(kind.name, place, 1, hexDigits(bytes, place, place + 1), type === END ? 'end' : 'padding', [typeField]),
      );
      place++;
      if (type === PADDING) continue;
      if (place < end) list.fields.push(bytesField('Padding', bytes, place, end));
      break;
    }
    const length = place + 1 < end ? bytes[place + 1] : 0;
    if (length < 2 || place + length > end) {
      const text = `${kind.name} of ${length} bytes, ${end - place} available`;
      const lengthFields = place + 1 < end ? [field(lengthName, place + 1, 1, length)] : [];
      const fields = [typeField, ...lengthFields];
      list.fields.push({ ...bytesField('Malformed Option', bytes, place, end), text, fields });
      list.problem ??=
        length < 2 && place + 1 < end
          ? `${protocol} ${kind.name} option length: ${length} bytes, at least 2 required, at byte ${place + 1}`
          : shortfall(`${protocol} ${kind.name} option`, Math.max(2, length), end - place, place);
      break;
    }
    const stop = place + length;
    const isFit = kind.lengths?.includes(length) ?? true;
    const content = (isFit ? kind.read : undefined)?.(bytes, place + 2, stop) ?? bare(bytes, place + 2, stop);
    if (!isFit)
      list.problem ??= `${protocol} ${kind.name} option length: ${length} bytes, ${alternatives(kind.lengths!)} required, at byte ${place + 1}`;
    list.problem ??= content.problem ?? null;
    list.fields.push(
      field(kind.name, place, length, hexDigits(bytes, place, stop), content.text, [
        typeField,
        field(lengthName, place + 1, 1, length),
        ...content.fields,
      ]),
    );
    place = stop;
  }
  return list;
}
