import { hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { Direct, field, header, type Input, type Step } from '../dissector.js';
import { type Bits, bits } from '../layout.js';
import { Vxlan } from './vxlan.js';

/** The header of VXLAN field by field; specification and offsets stand in vxlan.ts. */

export const VxlanFlag = { groupPolicy: 0x8000, vni: 0x0800, dontLearn: 0x0040, policyApplied: 0x0008 } as const;

export interface VxlanView {
  /** The first 16 bits: the flags of RFC 7348 are the upper 8. */
  flags: number;
  groupPolicyId: number;
  vni: number;
  reserved: number;
}

/** The header at `at`, or null when its 8 bytes do not end by `end`. */
export function viewVxlan(bytes: Uint8Array, at: number, end: number): VxlanView | null {
  if (end - at < Vxlan.length) return null;
  return {
    flags: u16(bytes, at),
    groupPolicyId: u16(bytes, at + Vxlan.groupPolicyId),
    vni: (u16(bytes, at + Vxlan.vni) << 8) | bytes[at + Vxlan.vni + 2],
    reserved: bytes[at + Vxlan.reserved],
  };
}

export function emitVxlan(view: VxlanView): Uint8Array {
  const bytes = new Uint8Array(Vxlan.length);
  setU16(bytes, 0, view.flags);
  setU16(bytes, Vxlan.groupPolicyId, view.groupPolicyId);
  setU16(bytes, Vxlan.vni, view.vni >>> 8);
  bytes[Vxlan.vni + 2] = view.vni;
  bytes[Vxlan.reserved] = view.reserved;
  return bytes;
}

const FLAGS: readonly Bits[] = [
  [VxlanFlag.groupPolicy, 'G'],
  [VxlanFlag.vni, 'I'],
  [VxlanFlag.dontLearn, 'D'],
  [VxlanFlag.policyApplied, 'A'],
  [0x77b7, 'R'],
];

export const layerVxlan = header('VXLAN header', Vxlan.length, (input: Input): Step => {
  const { bytes, at } = input;
  const view = viewVxlan(bytes, at, input.end)!;
  const content = at + Vxlan.length;
  const flags = bits(FLAGS)(bytes, at, 2);
  return {
    layer: {
      name: 'vxlan',
      title: 'VXLAN',
      summary: `vni ${view.vni}`,
      start: at,
      end: content,
      fields: [
        field('Flags', at, 2, flags.value, flags.text, flags.fields),
        field('Group Policy ID', at + Vxlan.groupPolicyId, 2, view.groupPolicyId),
        field('VXLAN Network Identifier (VNI)', at + Vxlan.vni, 3, view.vni),
        field('Reserved', at + Vxlan.reserved, 1, view.reserved),
      ],
      problem:
        view.flags & VxlanFlag.vni ? null : `VXLAN flags: ${hexNumber(view.flags, 4)}, I required, at byte ${at}`,
    },
    next: { table: 'direct', key: Direct.ethernet, at: content, wireEnd: Math.max(content, input.wireEnd) },
    column: { info: `vni ${view.vni}` },
  };
});
