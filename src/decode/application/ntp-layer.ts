import { formatIpv4 } from '../../bytes/address.js';
import { hexDigits, hexNumber, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import { escapeBytes } from '../../bytes/escape.js';
import { formatTimestampParts } from '../../time.js';
import {
  bytesField,
  field,
  header,
  type Input,
  type LayerFunction,
  named,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { FIRST_ERA, Ntp, NtpMode, signed } from './ntp.js';
import { layerNtpControl } from './ntp-control.js';
import { leapField, MODE_NAMES, modeField, versionField } from './ntp-mode.js';

/** Messages of NTP field by field, control messages by ntp-control.ts; specification and offsets stand in ntp.ts. */

/** Seconds from 1900 to 1970. */
const YEAR_1970 = 2_208_988_800;
/** Key Identifier and a digest of 16, 20 or 32 bytes; a shorter rest, or one that is none of these, begins with an extension field. */
const AUTHENTICATORS = [4, 20, 24, 36];

export interface NtpTime {
  seconds: number;
  fraction: number;
}

export interface NtpView {
  leap: number;
  version: number;
  mode: number;
  stratum: number;
  /** Exponents of two, signed. */
  poll: number;
  precision: number;
  /** In 1/65536 s. */
  rootDelay: number;
  rootDispersion: number;
  referenceId: number;
  reference: NtpTime;
  origin: NtpTime;
  receive: NtpTime;
  transmit: NtpTime;
  /** Extension fields, Key Identifier and digest. */
  rest: Uint8Array;
}

function timeAt(bytes: Uint8Array, at: number): NtpTime {
  return { seconds: u32(bytes, at), fraction: u32(bytes, at + 4) };
}

/** The message at `at`, or null when its 48 bytes do not end by `end`. Modes 6 and 7 have another form. */
export function viewNtp(bytes: Uint8Array, at: number, end: number): NtpView | null {
  if (end - at < Ntp.length) return null;
  return {
    leap: bytes[at] >>> 6,
    version: (bytes[at] >>> 3) & 7,
    mode: bytes[at] & 7,
    stratum: bytes[at + Ntp.stratum],
    poll: signed(bytes[at + Ntp.poll]),
    precision: signed(bytes[at + Ntp.precision]),
    rootDelay: u32(bytes, at + Ntp.rootDelay),
    rootDispersion: u32(bytes, at + Ntp.rootDispersion),
    referenceId: u32(bytes, at + Ntp.referenceId),
    reference: timeAt(bytes, at + Ntp.referenceTimestamp),
    origin: timeAt(bytes, at + Ntp.originTimestamp),
    receive: timeAt(bytes, at + Ntp.receiveTimestamp),
    transmit: timeAt(bytes, at + Ntp.transmitTimestamp),
    rest: bytes.subarray(at + Ntp.length, end),
  };
}

/** The message's bytes. */
export function emitNtp(view: NtpView): Uint8Array {
  const bytes = new Uint8Array(Ntp.length);
  bytes.set([(view.leap << 6) | (view.version << 3) | view.mode, view.stratum, view.poll, view.precision]);
  setU32(bytes, Ntp.rootDelay, view.rootDelay);
  setU32(bytes, Ntp.rootDispersion, view.rootDispersion);
  setU32(bytes, Ntp.referenceId, view.referenceId);
  const times = [view.reference, view.origin, view.receive, view.transmit];
  times.forEach(({ seconds, fraction }, index) => {
    setU32(bytes, Ntp.referenceTimestamp + 8 * index, seconds);
    setU32(bytes, Ntp.referenceTimestamp + 8 * index + 4, fraction);
  });
  return concatenate([bytes, view.rest]);
}

/** "2024-01-01T00:00:00.500000000Z"; the fraction is cut to nanoseconds. */
export function ntpTimeText({ seconds, fraction }: NtpTime): string {
  if (seconds === 0 && fraction === 0) return 'not set';
  const era = seconds < FIRST_ERA ? 2 ** 32 : 0;
  return formatTimestampParts(seconds + era - YEAR_1970, Math.floor((fraction * 1e9) / 2 ** 32));
}

function timeField(name: string, bytes: Uint8Array, at: number): Field {
  return field(name, at, 8, hexDigits(bytes, at, at + 8), ntpTimeText(timeAt(bytes, at)));
}

/** NTP short format: 16 bits of seconds, 16 of their fraction. */
function shortField(name: string, at: number, value: number): Field {
  return field(name, at, 4, value, `${(value / 65536).toFixed(6)} s`);
}

function exponent(value: number): string {
  return `${value} (${value < 0 ? (2 ** value).toFixed(9) : 2 ** value} s)`;
}

function stratumText(stratum: number): string {
  if (stratum === 0) return 'unspecified or invalid (0)';
  if (stratum === 1) return 'primary server (1)';
  return `${stratum < 16 ? 'secondary server' : stratum === 16 ? 'unsynchronized' : 'reserved'} (${stratum})`;
}

/** Stratum 0: a kiss code; 1: a name of the clock; above: an address, or a hash of one. */
function referenceText(bytes: Uint8Array, at: number, stratum: number): string {
  if (u32(bytes, at) === 0) return 'none';
  if (stratum > 1) return formatIpv4(bytes, at);
  return escapeBytes(bytes, at, at + 4).replaceAll('\\x00', '');
}

function authenticator(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields = [field('Key Identifier', at, 4, u32(bytes, at))];
  if (end > at + 4) fields.push(bytesField('dgst', bytes, at + 4, end));
  return fields;
}

interface Extensions {
  fields: Field[];
  problem: string | null;
}

const EXTENSIONS: Readonly<Record<number, string>> = {
  260: 'Unique Identifier',
  516: 'NTS Cookie',
  772: 'NTS Cookie Placeholder',
  1028: 'NTS Authenticator and Encrypted Extension Fields',
  8197: 'UDP Checksum Complement',
};

function readRest(bytes: Uint8Array, at: number, end: number): Extensions {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    if (AUTHENTICATORS.includes(end - place))
      return { fields: [...fields, ...authenticator(bytes, place, end)], problem: null };
    const length = end - place < 4 ? 4 : u16(bytes, place + 2);
    if (length < 4 || place + length > end) {
      fields.push(bytesField('Unread', bytes, place, end));
      return { fields, problem: shortfall('NTP extension field', Math.max(length, 4), end - place, place) };
    }
    const type = u16(bytes, place);
    const parts = [
      field('Field Type', place, 2, type, named(EXTENSIONS, type, hexNumber(type, 4))),
      field('Length', place + 2, 2, length),
    ];
    const value = bytesField('Value', bytes, place + 4, place + length);
    if (length > 4) parts.push(value);
    const text = `${named(EXTENSIONS, type, hexNumber(type, 4))} ${length > 4 ? value.text : ''}`.trimEnd();
    fields.push(field('Extension Field', place, length, hexDigits(bytes, place, place + length), text, parts));
    place += length;
  }
  return { fields, problem: null };
}

const readTime = header('NTP header', Ntp.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewNtp(bytes, at, end)!;
  const { fields, problem } = readRest(bytes, at + Ntp.length, end);
  const reference = referenceText(bytes, at + Ntp.referenceId, view.stratum);
  const sent = view.transmit.seconds === 0 ? '' : ` ${ntpTimeText(view.transmit)}`;
  const info = `${MODE_NAMES[view.mode]} version ${view.version}${view.stratum > 0 ? ` stratum ${view.stratum}` : ''}${sent}`;
  return {
    layer: {
      name: 'ntp',
      title: 'NTP',
      summary: info,
      start: at,
      end,
      fields: [
        leapField(bytes, at),
        versionField(bytes, at),
        modeField(bytes, at),
        field('Stratum', at + Ntp.stratum, 1, view.stratum, stratumText(view.stratum)),
        field('Poll', at + Ntp.poll, 1, view.poll, exponent(view.poll)),
        field('Precision', at + Ntp.precision, 1, view.precision, exponent(view.precision)),
        shortField('Root Delay', at + Ntp.rootDelay, view.rootDelay),
        shortField('Root Dispersion', at + Ntp.rootDispersion, view.rootDispersion),
        field('Reference ID', at + Ntp.referenceId, 4, hexDigits(bytes, at + 12, at + 16), reference),
        timeField('Reference Timestamp', bytes, at + Ntp.referenceTimestamp),
        timeField('Origin Timestamp', bytes, at + Ntp.originTimestamp),
        timeField('Receive Timestamp', bytes, at + Ntp.receiveTimestamp),
        timeField('Transmit Timestamp', bytes, at + Ntp.transmitTimestamp),
        ...fields,
      ],
      problem,
    },
    next: null,
    column: { info },
  };
});

export const layerNtp: LayerFunction = (input) =>
  (input.bytes[input.at] & 7) >= NtpMode.control ? layerNtpControl(input) : readTime(input);
