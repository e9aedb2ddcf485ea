import type { Input, Protocol, Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { fromLatin1, latin1, lineAt, textField } from './text-fields.js';

/** Session Description Protocol: RFC 8866 section 5. Each line is a letter, an equals sign and a value. */

export interface SdpLine {
  /** One letter; the whole line when no equals sign is its second character. */
  type: string;
  separator: string;
  value: string;
  ending: string;
}

export const MAX_SDP_LINES = 1000;

/** The lines at `at`, up to MAX_SDP_LINES of them; null without a byte. */
export function viewSdp(bytes: Uint8Array, at: number, end: number): SdpLine[] | null {
  if (at >= end) return null;
  const lines: SdpLine[] = [];
  for (let place = at; place < end && lines.length < MAX_SDP_LINES; ) {
    const line = lineAt(bytes, place, end);
    const isTyped = line.end - place >= 2 && bytes[place + 1] === 0x3d;
    const typeEnd = isTyped ? place + 1 : line.end;
    const value = isTyped ? place + 2 : line.end;
    lines.push({
      type: latin1(bytes, place, typeEnd),
      separator: latin1(bytes, typeEnd, value),
      value: latin1(bytes, value, line.end),
      ending: latin1(bytes, line.end, line.next),
    });
    place = line.next;
  }
  return lines;
}

export function emitSdp(lines: readonly SdpLine[]): Uint8Array {
  return fromLatin1(lines.map(({ type, separator, value, ending }) => type + separator + value + ending).join(''));
}

const NAMES: Readonly<Record<string, string>> = {
  v: 'Protocol Version',
  o: 'Origin',
  s: 'Session Name',
  i: 'Session Information',
  u: 'URI',
  e: 'Email Address',
  p: 'Phone Number',
  c: 'Connection Information',
  b: 'Bandwidth Information',
  t: 'Time Active',
  r: 'Repeat Times',
  z: 'Time Zone Adjustment',
  k: 'Encryption Keys',
  a: 'Attribute',
  m: 'Media Description',
};

/** Words of a value, divided by single spaces; the last one takes the rest. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  o: ['Username', 'Session ID', 'Session Version', 'Network Type', 'Address Type', 'Unicast Address'],
  c: ['Network Type', 'Address Type', 'Connection Address'],
  t: ['Start Time', 'Stop Time'],
  m: ['Media', 'Port', 'Transport Protocol', 'Format'],
};
/** Values of two parts with a colon between them. */
const PAIRS: Readonly<Record<string, readonly [string, string]>> = {
  a: ['Attribute Name', 'Attribute Value'],
  b: ['Bandwidth Type', 'Bandwidth'],
  k: ['Method', 'Encryption Key'],
};

function wordFields(names: readonly string[], value: string, bytes: Uint8Array, at: number): Field[] {
  const fields: Field[] = [];
  let place = 0;
  for (let i = 0; i < names.length && place < value.length; i++) {
    const space = i === names.length - 1 ? -1 : value.indexOf(' ', place);
    const end = space < 0 ? value.length : space;
    fields.push(textField(names[i], bytes, at + place, at + end));
    place = end + 1;
  }
  return fields;
}

function pairFields(names: readonly [string, string], value: string, bytes: Uint8Array, at: number): Field[] {
  const colon = value.indexOf(':');
  if (colon < 0) return [textField(names[0], bytes, at, at + value.length)];
  return [textField(names[0], bytes, at, at + colon), textField(names[1], bytes, at + colon + 1, at + value.length)];
}

function lineField(line: SdpLine, bytes: Uint8Array, at: number, inMedia: boolean): Field {
  const { type, separator, value } = line;
  const start = at + type.length + separator.length;
  let inner: Field[] = [];
  if (WORDS[type] !== undefined) inner = wordFields(WORDS[type], value, bytes, start);
  else if (PAIRS[type] !== undefined) inner = pairFields(PAIRS[type], value, bytes, start);
  let name = separator === '' ? 'Malformed Line' : (NAMES[type] ?? 'Unknown Type');
  if (type === 'i' && inMedia) name = 'Media Title';
  const shown = textField(name, bytes, separator === '' ? at : start, start + value.length, inner);
  return { ...shown, start: at };
}

function readSdp({ bytes, at, end, wireEnd }: Input): Step {
  const lines = viewSdp(bytes, at, end) ?? [];
  let place = at;
  let inMedia = false;
  const media: string[] = [];
  const fields = lines.map((line) => {
    const made = lineField(line, bytes, place, inMedia);
    place = made.end + line.ending.length;
    if (line.type === 'm') {
      inMedia = true;
      media.push(made.text);
    }
    return made;
  });
  return {
    layer: {
      name: 'sdp',
      title: 'SDP',
      summary: media.length === 0 ? `${lines.length} lines` : media.join(', '),
      start: at,
      end: place,
      fields,
      problem: place < end ? `SDP: more than ${MAX_SDP_LINES} lines, the rest is not read, at byte ${at}` : null,
    },
    next: place < end ? { table: 'data', key: 0, at: place, wireEnd } : null,
  };
}

export const sdp: Protocol = { name: 'sdp', title: 'SDP', specification: 'RFC 8866', layer: readSdp };
