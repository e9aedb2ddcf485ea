import { hexNumber } from '../../bytes/big-endian.js';
import { bytesField } from '../dissector.js';
import { enumeration, type Laid, layMore, numberAt, type Part, words } from '../layout.js';
import { IEEE_802_1 } from './lldp-802-1.js';
import { IEEE_802_3 } from './lldp-802-3.js';
import { type LldpKind, REST } from './lldp-kind.js';
import { MED } from './lldp-med.js';

/** Organizationally specific TLVs of LLDP: IEEE 802.1AB-2016 section 8.6. */

interface Organization {
  name: string;
  kinds: Readonly<Record<number, LldpKind>>;
}

const ORGANIZATIONS: Readonly<Record<number, Organization>> = {
  94: { name: 'IANA', kinds: { 1: { name: 'Manufacturer Usage Description', parts: [['MUD URL', REST, words]] } } },
  3767: { name: 'PROFIBUS & PROFINET', kinds: {} },
  4623: { name: 'IEEE 802.3', kinds: IEEE_802_3 },
  4795: { name: 'LLDP-MED', kinds: MED },
  6946: { name: 'Cisco', kinds: {} },
  32962: { name: 'IEEE 802.1', kinds: IEEE_802_1 },
};
const HEAD_LENGTH = 4;

/** Reads the value of an organizationally specific TLV; what tells most of it. */
export function organizationTlv(laid: Laid, bytes: Uint8Array, end: number): string {
  const at = laid.at;
  const organization = at + HEAD_LENGTH <= end ? ORGANIZATIONS[numberAt(bytes, at, 3)] : undefined;
  const kind = organization?.kinds[bytes[at + 3]];
  const isThere = layMore(laid, 'LLDP organization', bytes, end, [
    [
      'Organizationally Unique Identifier',
      3,
      (one, place) => {
        const value = numberAt(one, place, 3);
        return {
          value,
          text: organization === undefined ? hexNumber(value, 6) : `${organization.name} (${hexNumber(value, 6)})`,
        };
      },
    ],
    ['Organizationally Defined Subtype', 1, enumeration(kind === undefined ? {} : { [bytes[at + 3]]: kind.name })],
  ]);
  if (!isThere) return '';
  const start = laid.fields.length;
  const whole = kind?.parts ?? [];
  const fixed = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + Math.max(0, part[1]), 0);
  const isShort = kind?.optionalFrom !== undefined && end - laid.at < fixed(whole);
  const parts = isShort ? whole.slice(0, kind.optionalFrom) : whole;
  const rest = end - laid.at - fixed(parts);
  const made = parts.map(([name, length, form]): Part => [name, length === REST ? Math.max(0, rest) : length, form]);
  layMore(
    laid,
    `LLDP ${kind?.name}`,
    bytes,
    end,
    made.filter(([, length]) => length > 0),
  );
  const shown = laid.fields
    .slice(start)
    .map(({ name, text }) => `${name} ${text}`)
    .join(', ');
  if (laid.at < end && laid.problem === null) {
    laid.fields.push(bytesField('Organizationally Defined Information String', bytes, laid.at, end));
    laid.at = end;
  }
  return [organization?.name ?? 'organization', kind?.name ?? `subtype ${bytes[at + 3]}`, shown]
    .filter(Boolean)
    .join(' ');
}
