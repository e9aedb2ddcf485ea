import { hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import {
  bytesField,
  field,
  header,
  type Input,
  type NetworkScope,
  named,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { IP_PROTOCOL_NAMES, IpProtocol } from '../numbers.js';
import { Ipv6Mobility, MOBILITY_TYPES, readMobility } from './ipv6-mobility.js';
import { Ipv6Option, type Ipv6Options, readIpv6Options } from './ipv6-options.js';
import { readRouting, routingDestination, routingSummary } from './ipv6-routing.js';

/** Extension headers of IPv6: RFC 8200 section 4; mobility RFC 6275, HIP RFC 7401, Shim6 RFC 5533. Offsets in bytes. */
export const Ipv6Extension = {
  nextHeader: 0,
  /** In units of 8 bytes, not counting the first 8. */
  extensionLength: 1,
  content: 2,
  length: 8,
} as const;

export const Ipv6Fragment = { nextHeader: 0, reserved: 1, offsetAndFlags: 2, identification: 4, length: 8 } as const;

export interface Ipv6ExtensionView {
  nextHeader: number;
  /** As stored. */
  extensionLength: number;
  /** In bytes: `8 * (extensionLength + 1)`. */
  headerLength: number;
  /** What follows the two fields; a view, not a copy. */
  content: Uint8Array;
}

export interface Ipv6FragmentView {
  nextHeader: number;
  reserved: number;
  /** In units of 8 bytes. */
  fragmentOffset: number;
  /** Two reserved bits. */
  reservedBits: number;
  moreFragments: boolean;
  identification: number;
}

/** An extension header other than the fragment header; null when its first 8 bytes do not end by `end`. */
export function viewIpv6Extension(bytes: Uint8Array, at: number, end: number): Ipv6ExtensionView | null {
  if (end - at < Ipv6Extension.length) return null;
  const headerLength = 8 * (bytes[at + Ipv6Extension.extensionLength] + 1);
  return {
    nextHeader: bytes[at],
    extensionLength: bytes[at + Ipv6Extension.extensionLength],
    headerLength,
    content: bytes.subarray(at + Ipv6Extension.content, Math.min(end, at + headerLength)),
  };
}

/** The header's bytes; with `length` the extension length is computed from the content (2 bytes short of a multiple of 8). */
export function emitIpv6Extension(view: Ipv6ExtensionView, compute: { length?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(Ipv6Extension.content + view.content.length);
  bytes[0] = view.nextHeader;
  bytes[1] = compute.length ? bytes.length / 8 - 1 : view.extensionLength;
  bytes.set(view.content, Ipv6Extension.content);
  return bytes;
}

export function viewIpv6Fragment(bytes: Uint8Array, at: number, end: number): Ipv6FragmentView | null {
  if (end - at < Ipv6Fragment.length) return null;
  const word = u16(bytes, at + Ipv6Fragment.offsetAndFlags);
  return {
    nextHeader: bytes[at],
    reserved: bytes[at + Ipv6Fragment.reserved],
    fragmentOffset: word >>> 3,
    reservedBits: (word >>> 1) & 3,
    moreFragments: (word & 1) !== 0,
    identification: u32(bytes, at + Ipv6Fragment.identification),
  };
}

export function emitIpv6Fragment(view: Ipv6FragmentView): Uint8Array {
  const bytes = new Uint8Array(Ipv6Fragment.length);
  bytes[0] = view.nextHeader;
  bytes[1] = view.reserved;
  setU16(
    bytes,
    Ipv6Fragment.offsetAndFlags,
    (view.fragmentOffset << 3) | (view.reservedBits << 1) | Number(view.moreFragments),
  );
  setU32(bytes, Ipv6Fragment.identification, view.identification);
  return bytes;
}

interface ExtensionKind {
  name: string;
  title: string;
  /** Fields between the two first ones and the header's end. */
  read(input: Input, end: number): { fields: Field[]; problem: string | null };
  summary(input: Input, end: number): string;
  /** What the final destination of a pseudo-header becomes. */
  network?(input: Input, end: number): NetworkScope | null;
}

function optionsOf({ bytes, at }: Input, end: number): Ipv6Options {
  return readIpv6Options(bytes, at + Ipv6Extension.content, end);
}

function optionNames(input: Input, end: number): string {
  const names = optionsOf(input, end)
    .fields.filter((option) => option.name !== 'Pad1' && option.name !== 'PadN')
    .map((option) => option.name);
  return names.length === 0 ? 'padding' : names.join(', ');
}

/** RFC 6275 section 11.3.1: the home address stands in for the source in checksums. */
function homeAddressScope(input: Input, end: number): NetworkScope | null {
  const { network } = input.scope;
  if (network === null) return null;
  const home = optionsOf(input, end).fields.find((one) => one.name === 'Home Address' && one.end - one.start === 18);
  return home !== undefined && input.bytes[home.start] === Ipv6Option.homeAddress
    ? { ...network, source: home.start + 2 }
    : network;
}

function extensionLayer(kind: ExtensionKind) {
  return header(`IPv6 ${kind.title}`, Ipv6Extension.length, (input: Input): Step => {
    const { bytes, at } = input;
    const view = viewIpv6Extension(bytes, at, input.end)!;
    const whole = at + view.headerLength <= input.end;
    const end = Math.min(input.end, at + view.headerLength);
    const content = kind.read(input, end);
    return {
      layer: {
        name: kind.name,
        title: kind.title[0].toUpperCase() + kind.title.slice(1),
        summary: kind.summary(input, end),
        start: at,
        end,
        fields: [
          field('Next Header', at, 1, view.nextHeader, named(IP_PROTOCOL_NAMES, view.nextHeader)),
          field('Hdr Ext Len', at + 1, 1, view.extensionLength, `${view.extensionLength} (${view.headerLength} bytes)`),
          ...content.fields,
        ],
        problem: whole ? content.problem : shortfall(`IPv6 ${kind.title}`, view.headerLength, input.end - at, at),
      },
      next: whole
        ? {
            table: 'ipProtocol',
            key: view.nextHeader,
            at: end,
            wireEnd: Math.max(end, input.wireEnd),
            scope: { network: kind.network?.(input, end) ?? input.scope.network },
          }
        : null,
      column: {
        info:
          view.nextHeader === IpProtocol.noNext
            ? kind.summary(input, end)
            : `next header ${named(IP_PROTOCOL_NAMES, view.nextHeader)}`,
      },
    };
  });
}

const layerHopByHop = extensionLayer({
  name: 'ipv6.hopopts',
  title: 'hop-by-hop options',
  read: optionsOf,
  summary: optionNames,
});

const layerDestinationOptions = extensionLayer({
  name: 'ipv6.dstopts',
  title: 'destination options',
  read: optionsOf,
  summary: optionNames,
  network: homeAddressScope,
});

const layerRouting = extensionLayer({
  name: 'ipv6.routing',
  title: 'routing header',
  read: (input, end) => readRouting(input.bytes, input.at, end),
  summary: (input, end) => routingSummary(input.bytes, input.at, end),
  network: routingDestination,
});

/** Extension headers known by frame alone: what follows the two first fields is listed as bytes. */
function opaqueExtension(name: string, title: string) {
  return extensionLayer({
    name,
    title,
    read: (input, end) => ({
      fields: [bytesField('Data', input.bytes, input.at + Ipv6Extension.content, end)],
      problem: null,
    }),
    summary: (input, end) => `${end - input.at} bytes`,
  });
}

const layerHip = opaqueExtension('hip', 'HIP header');
const layerShim6 = opaqueExtension('shim6', 'Shim6 header');

const layerMobility = extensionLayer({
  name: 'mipv6',
  title: 'mobility header',
  read: readMobility,
  summary: ({ bytes, at }) => named(MOBILITY_TYPES, bytes[at + Ipv6Mobility.type]),
});

const layerFragment = header('IPv6 fragment header', Ipv6Fragment.length, (input: Input): Step => {
  const { bytes, at } = input;
  const view = viewIpv6Fragment(bytes, at, input.end)!;
  const end = at + Ipv6Fragment.length;
  const offset = view.fragmentOffset * 8;
  const flags = view.moreFragments ? 'More Fragments' : 'Last Fragment';
  const next = named(IP_PROTOCOL_NAMES, view.nextHeader);
  const id = hexNumber(view.identification, 8);
  return {
    layer: {
      name: 'ipv6.fraghdr',
      title: 'Fragment header',
      summary: `offset ${offset}  id ${id}  ${flags}`,
      start: at,
      end,
      fields: [
        field('Next Header', at, 1, view.nextHeader, next),
        field('Reserved', at + Ipv6Fragment.reserved, 1, view.reserved),
        field(
          'Fragment Offset',
          at + Ipv6Fragment.offsetAndFlags,
          2,
          view.fragmentOffset,
          `${view.fragmentOffset} (${offset} bytes)`,
        ),
        field('Res', at + Ipv6Fragment.offsetAndFlags + 1, 1, view.reservedBits),
        field('M Flag', at + Ipv6Fragment.offsetAndFlags + 1, 1, view.moreFragments, flags),
        field('Identification', at + Ipv6Fragment.identification, 4, view.identification, id),
      ],
      problem: null,
    },
    next: {
      table: view.fragmentOffset > 0 ? 'data' : 'ipProtocol',
      key: view.nextHeader,
      at: end,
      wireEnd: Math.max(end, input.wireEnd),
      // An atomic fragment (offset 0, no more to come; RFC 6946) is a whole packet.
      scope: { fragment: input.scope.fragment || view.fragmentOffset > 0 || view.moreFragments },
    },
    column: { info: `fragment offset ${offset}, id ${id}, ${next}` },
  };
});

export const hopByHop: Protocol = {
  name: 'ipv6.hopopts',
  title: 'Hop-by-hop options',
  specification: 'RFC 8200',
  layer: layerHopByHop,
};

export const destinationOptions: Protocol = {
  name: 'ipv6.dstopts',
  title: 'Destination options',
  specification: 'RFC 8200',
  layer: layerDestinationOptions,
};

export const routing: Protocol = {
  name: 'ipv6.routing',
  title: 'Routing header',
  specification: 'RFC 8200, RFC 8754',
  layer: layerRouting,
};

export const fragment: Protocol = {
  name: 'ipv6.fraghdr',
  title: 'Fragment header',
  specification: 'RFC 8200',
  layer: layerFragment,
};

export const hip: Protocol = { name: 'hip', title: 'HIP', specification: 'RFC 7401', layer: layerHip };

export const shim6: Protocol = { name: 'shim6', title: 'Shim6', specification: 'RFC 5533', layer: layerShim6 };

export const mobility: Protocol = {
  name: 'mipv6',
  title: 'Mobility header',
  specification: 'RFC 6275',
  layer: layerMobility,
};
