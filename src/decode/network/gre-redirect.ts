import { hexDigits } from '../../bytes/big-endian.js';
import { field } from '../dissector.js';
import type { Field } from '../layer.js';
import { EtherType } from '../numbers.js';

/** WCCP version 2 redirect header behind GRE: draft-mclaggan-wccp-v2rev1 section 5.12. */
export const WccpRedirect = { flags: 0, serviceId: 1, alternativeBucket: 2, primaryBucket: 3 } as const;
export const WCCP_REDIRECT_LENGTH = 4;

/** WCCP version 1 has no such header: there the IPv4 packet follows at once, and its first half-byte 4 is a flag that redirect headers leave 0. */
export function isRedirected(protocolType: number, bytes: Uint8Array, at: number, end: number): boolean {
  return protocolType === EtherType.wccp && end - at >= WCCP_REDIRECT_LENGTH && bytes[at] >>> 4 !== 4;
}

export function redirectField(bytes: Uint8Array, at: number): Field {
  const flags = bytes[at];
  const bit = (name: string, mask: number): Field =>
    field(name, at, 1, (flags & mask) !== 0, flags & mask ? 'set' : 'not set');
  const service = bytes[at + WccpRedirect.serviceId];
  return field('Redirect Header', at, WCCP_REDIRECT_LENGTH, hexDigits(bytes, at, at + 4), `service ${service}`, [
    bit('Dynamic Service', 1),
    bit('Alternative Bucket Used', 2),
    bit('Redirect Header Valid', 4),
    field('Service ID', at + WccpRedirect.serviceId, 1, service),
    field('Alternative Bucket', at + WccpRedirect.alternativeBucket, 1, bytes[at + WccpRedirect.alternativeBucket]),
    field('Primary Bucket', at + WccpRedirect.primaryBucket, 1, bytes[at + WccpRedirect.primaryBucket]),
  ]);
}
