import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';
import { ContentType } from './tls.js';

/** Datagram TLS records: RFC 6347 section 4.1; those of version 1.3 with the header of RFC 9147 section 4 are not told apart from other datagrams. Offsets in bytes. */
export const DtlsRecord = {
  type: 0,
  version: 1,
  epoch: 3,
  sequenceNumber: 5,
  recordLength: 11,
  fragment: 13,
  length: 13,
} as const;

export function isDtlsVersion(version: number): boolean {
  return version === 0xfeff || version === 0xfefd || version === 0x0100;
}

/** What noise hardly has: a version of two, an epoch that nobody reaches, a sequence number below 2^32, a length that the datagram holds. */
function recognizeDtls(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if (end - start < 4 || bytes[start] < ContentType.changeCipherSpec) return Likeness.no;
  if (bytes[start] > ContentType.connectionId || !isDtlsVersion(u16(bytes, start + DtlsRecord.version)))
    return Likeness.no;
  if (end - start < DtlsRecord.length) return Likeness.perhaps;
  if (bytes[start] === ContentType.connectionId) return Likeness.perhaps;
  const isCounted = bytes[start + DtlsRecord.epoch] === 0 && u16(bytes, start + DtlsRecord.sequenceNumber) === 0;
  const length = u16(bytes, start + DtlsRecord.recordLength);
  return isCounted && length > 0 && DtlsRecord.length + length <= wireLength ? Likeness.sure : Likeness.no;
}

export const dtls: Application = {
  name: 'dtls',
  title: 'DTLS',
  specification: 'RFC 6347',
  udp: {
    ports: [443, 853, 2221, 3391, 4433, 4740, 5061, 5349, 5684, 10161, 10162],
    leads: [20, 21, 22, 23, 24, 25],
    recognize: recognizeDtls,
  },
};
