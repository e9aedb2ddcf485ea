import { hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { field, header, type Input, type Protocol, type Step } from '../dissector.js';
import { readType, trailerFields } from './ethernet.js';

/** VLAN tags: IEEE 802.1Q section 9.6; the tag protocol identifier stands in the header before. Offsets in bytes. */
export const Vlan = { tagControl: 0, type: 2, length: 4 } as const;

export interface VlanView {
  priority: number;
  dropEligible: boolean;
  vlanId: number;
  typeOrLength: number;
}

/** The tag at `at`, or null when its 4 bytes do not end by `end`. */
export function viewVlan(bytes: Uint8Array, at: number, end: number): VlanView | null {
  if (end - at < Vlan.length) return null;
  const control = u16(bytes, at);
  return {
    priority: control >>> 13,
    dropEligible: (control & 0x1000) !== 0,
    vlanId: control & 0xfff,
    typeOrLength: u16(bytes, at + Vlan.type),
  };
}

export function emitVlan(view: VlanView): Uint8Array {
  const bytes = new Uint8Array(Vlan.length);
  setU16(bytes, 0, (view.priority << 13) | (Number(view.dropEligible) << 12) | view.vlanId);
  setU16(bytes, Vlan.type, view.typeOrLength);
  return bytes;
}

/** IEEE 802.1Q table I-2 names of the eight priorities. */
const PRIORITIES = [
  'best effort',
  'background',
  'excellent effort',
  'critical applications',
  'video',
  'voice',
  'internetwork control',
  'network control',
];

function layer(name: string, title: string) {
  return header(`${title} tag`, Vlan.length, (input: Input): Step => {
    const { bytes, at } = input;
    const view = viewVlan(bytes, at, input.end)!;
    const type = readType(title, input, at + Vlan.type);
    return {
      layer: {
        name,
        title,
        summary: `VLAN ${view.vlanId}  priority ${view.priority}${view.dropEligible ? '  drop eligible' : ''}  ${type.info}`,
        start: at,
        end: at + Vlan.length,
        fields: [
          field('Priority Code Point', at, 1, view.priority, `${PRIORITIES[view.priority]} (${view.priority})`),
          field('Drop Eligible Indicator', at, 1, view.dropEligible, view.dropEligible ? 'set' : 'not set'),
          field('VLAN Identifier', at, 2, view.vlanId, `${view.vlanId} (${hexNumber(view.vlanId, 3)})`),
          type.field,
          ...trailerFields(input, type.contentEnd),
        ],
        problem: type.problem,
      },
      next: type.next,
      column: { info: `VLAN ${view.vlanId}, ${type.info}` },
    };
  });
}

const layerVlan = layer('vlan', '802.1Q');
const layerServiceVlan = layer('ieee8021ad', '802.1ad');

export const vlan: Protocol = { name: 'vlan', title: '802.1Q', specification: 'IEEE 802.1Q', layer: layerVlan };

export const serviceVlan: Protocol = {
  name: 'ieee8021ad',
  title: '802.1ad',
  specification: 'IEEE 802.1ad',
  layer: layerServiceVlan,
};
