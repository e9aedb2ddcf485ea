import { fromLatin1, latin1, lineAt } from './text-fields.js';

/** Values of the Redis serialization protocol: each begins with a mark, a text and a line ending; strings and aggregates have what the text counts behind. */
export interface RespValue {
  /** The first byte, which says what it is; empty: an inline command. */
  mark: string;
  /** Behind the mark, up to the line ending: the value itself, or how much follows. */
  text: string;
  ending: string;
  /** Of a string with a length; '' of a null. */
  data: string | null;
  dataEnding: string;
  /** Of an aggregate. */
  items: RespValue[] | null;
}

export interface RespView {
  values: RespValue[];
  /** What is no whole value any more: it goes on in the next segment. */
  rest: string;
  problem: string | null;
}

const STRINGS = '$!=';
const AGGREGATES = '*~>%|';
const SIMPLE = '+-:_#,(';

export const MAX_VALUES = 5000;
export const MAX_DEPTH = 16;

interface Reading {
  bytes: Uint8Array;
  end: number;
  count: number;
  problem: string | null;
}

/** A value, where it ends, and whether it is all there: of an aggregate the items that are there are kept. */
type Found = [value: RespValue, end: number, isWhole: boolean];

/** The value at `at`; null when nothing of it can be told, or it is too much. */
function viewValue(reading: Reading, at: number, depth: number): Found | null {
  const { bytes, end } = reading;
  if (at >= end) return null;
  if (++reading.count > MAX_VALUES || depth > MAX_DEPTH) {
    reading.problem ??=
      depth > MAX_DEPTH
        ? `RESP: more than ${MAX_DEPTH} arrays in each other, at byte ${at}`
        : `RESP: more than ${MAX_VALUES} values, the rest is not read, at byte ${at}`;
    return null;
  }
  const line = lineAt(bytes, at, end);
  if (line.next === line.end) return null;
  const mark = String.fromCharCode(bytes[at]);
  const isMarked = STRINGS.includes(mark) || AGGREGATES.includes(mark) || SIMPLE.includes(mark);
  const value: RespValue = {
    mark: isMarked ? mark : '',
    text: latin1(bytes, isMarked ? at + 1 : at, line.end),
    ending: latin1(bytes, line.end, line.next),
    data: null,
    dataEnding: '',
    items: null,
  };
  if (!isMarked || SIMPLE.includes(mark)) return [value, line.next, true];
  const count = /^\d{1,9}$/.test(value.text) ? Number(value.text) : 0;
  if (AGGREGATES.includes(mark)) return viewItems(reading, value, count, line.next, depth);
  if (!/^\d+$/.test(value.text)) return [{ ...value, data: '' }, line.next, true];
  const dataEnd = line.next + count;
  if (dataEnd + 2 > end) return null;
  value.data = latin1(bytes, line.next, dataEnd);
  value.dataEnding = latin1(bytes, dataEnd, dataEnd + 2);
  return [value, dataEnd + 2, true];
}

function viewItems(reading: Reading, value: RespValue, count: number, at: number, depth: number): Found | null {
  const items: RespValue[] = [];
  // A map and its attributes count pairs.
  const wanted = value.mark === '%' || value.mark === '|' ? 2 * count : count;
  let place = at;
  while (items.length < wanted) {
    const item = viewValue(reading, place, depth + 1);
    if (item === null) break;
    items.push(item[0]);
    place = item[1];
    if (!item[2]) break;
  }
  return [{ ...value, items }, place, items.length === wanted && reading.problem === null];
}

/** The values at `at`, the last one perhaps in part, and what is left. */
export function viewResp(bytes: Uint8Array, at: number, end: number): RespView {
  const reading: Reading = { bytes, end, count: 0, problem: null };
  const values: RespValue[] = [];
  let place = at;
  while (place < end) {
    const value = viewValue(reading, place, 0);
    if (value === null) break;
    values.push(value[0]);
    place = value[1];
    if (!value[2]) break;
  }
  return { values, rest: latin1(bytes, place, end), problem: reading.problem };
}

function textOf({ mark, text, ending, data, dataEnding, items }: RespValue): string {
  return mark + text + ending + (data ?? '') + dataEnding + (items ?? []).map(textOf).join('');
}

/** The bytes; with `lengths` those of strings and aggregates are computed. */
export function emitResp(view: RespView, compute: { lengths?: boolean } = {}): Uint8Array {
  const values = compute.lengths ? view.values.map(withLengths) : view.values;
  return fromLatin1(values.map(textOf).join('') + view.rest);
}

function withLengths(value: RespValue): RespValue {
  if (value.text === '-1') return value;
  if (value.data !== null) return { ...value, text: String(value.data.length) };
  if (value.items === null) return value;
  const isPairs = value.mark === '%' || value.mark === '|';
  const count = isPairs ? value.items.length / 2 : value.items.length;
  return { ...value, text: String(count), items: value.items.map(withLengths) };
}

/** Bytes of a value, all of it. */
export function respLength({ mark, text, ending, data, dataEnding, items }: RespValue): number {
  const own = mark.length + text.length + ending.length + (data ?? '').length + dataEnding.length;
  return (items ?? []).reduce((sum, item) => sum + respLength(item), own);
}
