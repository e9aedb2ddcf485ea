import { hexNumber } from '../../bytes/big-endian.js';
import { little16 } from '../../bytes/little-endian.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import {
  type Bits,
  bits,
  type Form,
  hex,
  type Laid,
  lay,
  layMore,
  littleBits,
  littleUnsigned,
  type Part,
  raw,
  words,
} from '../layout.js';

/** Elements of 802.11 management frames: IEEE 802.11-2020 section 9.4.2. Each has an identifier, a length and its information. */

const NAMES: Readonly<Record<number, string>> = {
  0: 'SSID',
  1: 'Supported Rates and BSS Membership Selectors',
  3: 'DSSS Parameter Set',
  5: 'TIM',
  6: 'IBSS Parameter Set',
  7: 'Country',
  11: 'BSS Load',
  16: 'Challenge Text',
  32: 'Power Constraint',
  33: 'Power Capability',
  35: 'TPC Report',
  36: 'Supported Channels',
  37: 'Channel Switch Announcement',
  42: 'ERP',
  45: 'HT Capabilities',
  46: 'QoS Capability',
  48: 'RSN',
  50: 'Extended Supported Rates and BSS Membership Selectors',
  54: 'Mobility Domain',
  55: 'Fast BSS Transition',
  59: 'Supported Operating Classes',
  61: 'HT Operation',
  70: 'RM Enabled Capabilities',
  72: '20/40 BSS Coexistence',
  74: 'Overlapping BSS Scan Parameters',
  107: 'Interworking',
  113: 'Mesh Configuration',
  114: 'Mesh ID',
  127: 'Extended Capabilities',
  191: 'VHT Capabilities',
  192: 'VHT Operation',
  195: 'Transmit Power Envelope',
  221: 'Vendor Specific',
  255: 'Element ID Extension',
};

/** Half megabits a second; the top bit says that the cell requires the rate (section 9.4.2.3). */
function rates(bytes: Uint8Array, at: number, length: number): string {
  const all = Array.from(bytes.subarray(at, at + length), (rate) => `${(rate & 127) / 2}${rate & 128 ? '*' : ''}`);
  return `${all.join(', ')} Mbit/s`;
}

const ratesForm: Form = (bytes, at, length) => ({
  value: raw(bytes, at, length).value,
  text: rates(bytes, at, length),
});

const CIPHERS: Readonly<Record<number, string>> = {
  0: 'group cipher',
  1: 'WEP-40',
  2: 'TKIP',
  4: 'CCMP-128',
  5: 'WEP-104',
  6: 'BIP-CMAC-128',
  7: 'no group addressed traffic',
  8: 'GCMP-128',
  9: 'GCMP-256',
  10: 'CCMP-256',
  11: 'BIP-GMAC-128',
  12: 'BIP-GMAC-256',
  13: 'BIP-CMAC-256',
};

const MANAGEMENT: Readonly<Record<number, string>> = {
  1: '802.1X',
  2: 'PSK',
  3: 'FT over 802.1X',
  4: 'FT with PSK',
  5: '802.1X with SHA-256',
  6: 'PSK with SHA-256',
  8: 'SAE',
  9: 'FT over SAE',
  11: '802.1X Suite B',
  12: '802.1X CNSA',
  18: 'OWE',
};

const IEEE_802_11 = '000fac';

/** An organisation and a number under it (tables 9-149 and 9-151). */
function suite(names: Readonly<Record<number, string>>): Form {
  return (bytes, at) => {
    const { value } = raw(bytes, at, 4);
    const known = String(value).startsWith(IEEE_802_11);
    const text = known ? named(names, bytes[at + 3]) : String(value);
    const fields = [
      { name: 'OUI', start: at, end: at + 3, ...raw(bytes, at, 3) },
      field('Suite Type', at + 3, 1, bytes[at + 3], text),
    ];
    return { value, text, fields };
  };
}

const cipher = suite(CIPHERS);

/** A list that its count of 2 bytes leads. */
function counted(laid: Laid, bytes: Uint8Array, end: number, name: string, length: number, form: Form): boolean {
  const at = laid.at;
  if (at >= end || !layMore(laid, 'RSN element', bytes, end, [[`${name} Count`, 2, littleUnsigned]])) return false;
  const count = little16(bytes, at);
  for (let left = count; left > 0; left--) {
    if (!layMore(laid, 'RSN element', bytes, end, [[name, length, form]])) return false;
  }
  return true;
}

/** Section 9.4.2.24: every part from the group cipher on may be left out with all behind it. */
function security(laid: Laid, bytes: Uint8Array, end: number): string {
  layMore(laid, 'RSN element', bytes, end, [['Version', 2, littleUnsigned]]);
  const more = (part: Part): boolean => laid.at < end && layMore(laid, 'RSN element', bytes, end, [part]);
  if (
    more(['Group Data Cipher Suite', 4, cipher]) &&
    counted(laid, bytes, end, 'Pairwise Cipher Suite', 4, cipher) &&
    counted(laid, bytes, end, 'AKM Suite', 4, suite(MANAGEMENT)) &&
    more(['RSN Capabilities', 2, littleBits(RSN_CAPABILITIES)]) &&
    counted(laid, bytes, end, 'PMKID', 16, raw)
  ) {
    more(['Group Management Cipher Suite', 4, cipher]);
  }
  const shown = laid.fields.filter(({ name }) => name === 'Pairwise Cipher Suite' || name === 'AKM Suite');
  return shown.map(({ text }) => text).join(', ');
}

const RSN_CAPABILITIES: readonly Bits[] = [
  [0x0001, 'Preauthentication'],
  [0x0002, 'No Pairwise'],
  [0x000c, 'PTKSA Replay Counter'],
  [0x0030, 'GTKSA Replay Counter'],
  [0x0040, 'Management Frame Protection Required'],
  [0x0080, 'Management Frame Protection Capable'],
];

const FIXED: Readonly<Record<number, readonly Part[]>> = {
  3: [['Current Channel', 1]],
  5: [
    ['DTIM Count', 1],
    ['DTIM Period', 1],
    ['Bitmap Control', 1, hex],
  ],
  11: [
    ['Station Count', 2, littleUnsigned],
    ['Channel Utilization', 1],
    ['Available Admission Capacity', 2, littleUnsigned],
  ],
  32: [['Local Power Constraint', 1]],
  42: [
    [
      'ERP Parameters',
      1,
      bits([
        [0x01, 'NonERP Present'],
        [0x02, 'Use Protection'],
        [0x04, 'Barker Preamble Mode'],
      ]),
    ],
  ],
  61: [['Primary Channel', 1]],
  221: [
    ['Organization Identifier', 3, hex],
    ['Vendor-specific Type', 1],
  ],
  255: [['Element ID Extension', 1]],
};

function information(laid: Laid, id: number, bytes: Uint8Array, end: number): string {
  const length = end - laid.at;
  if (length === 0) return '';
  if (id === 0 || id === 114) layMore(laid, 'element', bytes, end, [[NAMES[id], length, words]]);
  else if (id === 1 || id === 50) layMore(laid, 'element', bytes, end, [['Rates', length, ratesForm]]);
  else if (id === 48) return security(laid, bytes, end);
  else {
    const { fields, at, problem } = lay(`element ${id}`, bytes, laid.at, end, FIXED[id] ?? []);
    laid.fields.push(...fields);
    laid.at = at;
    // A vendor's element may hold its organisation alone.
    if (id !== 221) laid.problem = problem;
  }
  return laid.fields
    .slice(2)
    .map(({ text }) => text)
    .join(', ');
}

/** Reads the elements from `laid.at` to `end`. */
export function elements(laid: Laid, bytes: Uint8Array, end: number): void {
  while (laid.at < end && laid.problem === null) {
    const at = laid.at;
    const required = at + 1 < end ? 2 + bytes[at + 1] : 2;
    if (at + required > end) {
      laid.problem = shortfall('802.11 element', required, end - at, at);
      laid.fields.push(bytesField('Malformed Element', bytes, at, end));
      laid.at = end;
      return;
    }
    laid.fields.push(element(laid, bytes, at, at + required));
    laid.at = at + required;
  }
}

function element(laid: Laid, bytes: Uint8Array, at: number, stop: number): Field {
  const id = bytes[at];
  const name = NAMES[id] ?? `Element ${id}`;
  const inner: Laid = {
    fields: [field('Element ID', at, 1, id, named(NAMES, id)), field('Length', at + 1, 1, bytes[at + 1])],
    at: at + 2,
    problem: null,
  };
  const shown = information(inner, id, bytes, stop);
  if (inner.at < stop) inner.fields.push(bytesField('Information', bytes, inner.at, stop));
  laid.problem = inner.problem;
  return field(name, at, stop - at, id, shown === '' ? hexNumber(id, 2) : shown, inner.fields);
}
