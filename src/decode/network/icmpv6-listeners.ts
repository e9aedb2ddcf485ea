import { formatIpv6 } from '../../bytes/address.js';
import { u16 } from '../../bytes/big-endian.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { amount, bits, ipv6Address, lay, type Part } from '../layout.js';
import type { Message, Rest } from './icmpv6-body.js';

/** Multicast listener discovery: version 1 RFC 2710 section 3, version 2 RFC 3810 section 5. */

const RECORD_TYPES: Readonly<Record<number, string>> = {
  1: 'MODE_IS_INCLUDE',
  2: 'MODE_IS_EXCLUDE',
  3: 'CHANGE_TO_INCLUDE_MODE',
  4: 'CHANGE_TO_EXCLUDE_MODE',
  5: 'ALLOW_NEW_SOURCES',
  6: 'BLOCK_OLD_SOURCES',
};
const RECORD_LENGTH = 20;

const GROUPS_SHOWN = 3;

/** " ff02::1:3, ff02::fb and 2 more". */
function groupWords(groups: readonly string[]): string {
  if (groups.length === 0) return '';
  const more = groups.length > GROUPS_SHOWN ? ` and ${groups.length - GROUPS_SHOWN} more` : '';
  return ` ${groups.slice(0, GROUPS_SHOWN).join(', ')}${more}`;
}

/** Multicast address records (RFC 3810 section 5.2). */
const listenerRecords: Rest = (bytes, at, end) => {
  const fields: Field[] = [];
  const groups: string[] = [];
  let place = at;
  while (place < end) {
    const known = end - place >= RECORD_LENGTH;
    const sources = known ? u16(bytes, place + 2) : 0;
    const length = known ? RECORD_LENGTH + 16 * sources + 4 * bytes[place + 1] : RECORD_LENGTH;
    if (place + length > end) {
      fields.push(bytesField('Malformed Record', bytes, place, end));
      return {
        fields,
        problem: shortfall('MLDv2 multicast address record', length, end - place, place),
        words: groupWords(groups),
      };
    }
    const type = bytes[place];
    const address = formatIpv6(bytes, place + 4);
    groups.push(address);
    const inner = [
      field('Record Type', place, 1, type, named(RECORD_TYPES, type)),
      field('Aux Data Len', place + 1, 1, bytes[place + 1]),
      field('Number of Sources', place + 2, 2, sources),
      field('Multicast Address', place + 4, 16, address),
    ];
    let source = place + RECORD_LENGTH;
    for (let index = 0; index < sources; index++, source += 16)
      inner.push(field('Source Address', source, 16, formatIpv6(bytes, source)));
    if (source < place + length) inner.push(bytesField('Auxiliary Data', bytes, source, place + length));
    fields.push({
      ...bytesField('Multicast Address Record', bytes, place, place + length),
      text: `${named(RECORD_TYPES, type)} ${address}`,
      fields: inner,
    });
    place += length;
  }
  return { fields, problem: null, words: groupWords(groups) };
};

const QUERY_FLAGS = bits([
  [0xf0, 'Resv'],
  [0x08, 'S'],
  [0x07, 'QRV'],
]);

/** Version 2 of a query goes on behind the multicast address (RFC 3810 section 5.1). */
const listenerSources: Rest = (bytes, at, end) => {
  const sources = at + 4 <= end ? u16(bytes, at + 2) : 0;
  return lay('MLDv2 query', bytes, at, end, [
    ['Resv, S and QRV', 1, QUERY_FLAGS],
    ['QQIC', 1],
    ['Number of Sources', 2],
    ...Array.from(
      { length: Math.min(sources, Math.ceil((end - at) / 16)) },
      (): Part => ['Source Address', 16, ipv6Address],
    ),
  ]);
};

const listener = (delay: string, rest?: Rest): Message => ({
  parts: [
    [delay, 2, amount('ms')],
    ['Reserved', 2],
    ['Multicast Address', 16, ipv6Address],
  ],
  rest,
  words: (value) => ` ${value('Multicast Address')}`,
});

const QUERY_2_LENGTH = 28;

/** A query; version 2 when the whole message is long enough for it (RFC 3810 section 8.1). */
export function listenerQuery(wireLength: number): Message {
  return wireLength >= QUERY_2_LENGTH
    ? listener('Maximum Response Code', listenerSources)
    : listener('Maximum Response Delay');
}

/** Report and Done of version 1. */
export const listenerReport = listener('Maximum Response Delay');

/** Report of version 2. */
export const listenerReport2: Message = {
  parts: [
    ['Reserved', 2],
    ['Nr of Mcast Address Records', 2],
  ],
  rest: listenerRecords,
};
