import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';
import { looksLikeEthernet } from './inner.js';

/** Virtual eXtensible Local Area Network: RFC 7348 section 5, with the group policy of draft-smith-vxlan-group-policy. Offsets in bytes. */
export const Vxlan = { flags: 0, groupPolicyId: 2, vni: 4, reserved: 7, length: 8 } as const;

/** The header must carry a VNI, and what it does not use be zero (section 5). */
function recognizeVxlan(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if (wireLength < Vxlan.length + 14) return Likeness.no;
  const first = bytes[start];
  if (first !== 0x08 && first !== 0x88) return Likeness.no;
  if (end - start < Vxlan.length) return Likeness.no;
  const hasGroup = first === 0x88;
  if ((bytes[start + 1] & (hasGroup ? 0xb7 : 0xff)) !== 0 || bytes[start + Vxlan.reserved] !== 0) return Likeness.no;
  if (!hasGroup && u16(bytes, start + Vxlan.groupPolicyId) !== 0) return Likeness.no;
  return looksLikeEthernet(bytes, start + Vxlan.length, end) ? Likeness.sure : Likeness.perhaps;
}

export const vxlan: Application = {
  name: 'vxlan',
  title: 'VXLAN',
  specification: 'RFC 7348',
  // 8472 is what Linux uses unless told otherwise.
  udp: { ports: [4789, 8472], leads: [0x08, 0x88], recognize: recognizeVxlan },
};
