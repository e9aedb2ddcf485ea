import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';
import { EtherType } from '../numbers.js';
import { looksLikeEthernet, looksLikeIp } from './inner.js';

/** Generic Network Virtualization Encapsulation: RFC 8926 sections 3.4 and 3.5 (options). Offsets in bytes. */
export const Geneve = {
  versionAndLength: 0,
  flags: 1,
  protocolType: 2,
  vni: 4,
  reserved: 7,
  options: 8,
  length: 8,
} as const;
export const GeneveOption = { optionClass: 0, type: 2, length: 3, data: 4 } as const;

/** Do the options end where the header says, as far as they were captured? */
function optionsFit(bytes: Uint8Array, start: number, end: number): boolean {
  let place = start + Geneve.options;
  const stop = place + 4 * (bytes[start] & 63);
  while (place + 4 <= stop && place + 4 <= end) place += 4 + 4 * (bytes[place + GeneveOption.length] & 31);
  return place === stop || (place < stop && place + 4 > end);
}

/** Version 0, reserved bits zero (section 3.4), a protocol that is tunnelled, options that fill their length. */
function recognizeGeneve(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if (wireLength < Geneve.length || end - start < Geneve.length) return Likeness.no;
  if (bytes[start] >>> 6 !== 0 || (bytes[start + Geneve.flags] & 63) !== 0 || bytes[start + Geneve.reserved] !== 0)
    return Likeness.no;
  const type = u16(bytes, start + Geneve.protocolType);
  const isFrame = type === EtherType.bridging;
  if (!isFrame && type !== EtherType.ipv4 && type !== EtherType.ipv6) return Likeness.no;
  const length = Geneve.length + 4 * (bytes[start] & 63);
  if (length > wireLength || !optionsFit(bytes, start, end)) return Likeness.no;
  const content = start + length;
  const isSure = isFrame
    ? looksLikeEthernet(bytes, content, end)
    : looksLikeIp(bytes, content, end, wireLength - length);
  return isSure ? Likeness.sure : Likeness.perhaps;
}

const LEADS = Array.from({ length: 64 }, (_, lead) => lead);

export const geneve: Application = {
  name: 'geneve',
  title: 'GENEVE',
  specification: 'RFC 8926',
  udp: { ports: [6081], leads: LEADS, recognize: recognizeGeneve },
};
