import type { Base, Condition } from './condition.js';
import { ETHERNET, type LinkModel, linkModel, type Place, PPP } from './link-model.js';

/** What is known of one interface beside the bytes of its packets. */
export interface PacketSource {
  readonly linkType: number;
  /** Byte order of the file: BSD loopback headers are written in it. */
  readonly byteOrder: 'little' | 'big';
  /** Number and name of the interface in the file; null for those that have none. */
  readonly interfaceNumber: number | null;
  readonly interfaceName: string | null;
}

/**
 * Where the headers are at one point of an expression. libpcap moves them on for everything behind `vlan`, `mpls`, `pppoes`, `geneve` and `lane` in the
 * text, whatever brackets, `or` and `not` stand around: so does whoever walks the condition from left to right.
 */
export interface LinkState {
  readonly source: PacketSource;
  /** Of the outermost header, and of the one that is looked at. */
  readonly outermost: LinkModel | null;
  model: LinkModel | null;
  link: Place;
  type: Place;
  payload: Place;
  /** The network layer and OSI protocols, counted from the payload. */
  network: number;
  osi: number;
  /** MPLS labels passed. */
  labels: number;
  /** Where the link-layer header was that the present one is inside of, and whether that is ATM. */
  outer: Place;
  insideAtm: boolean;
  /** The variables that hold where the innermost Geneve payload begins, when one was passed last. */
  geneve: { readonly link: string; readonly type: string; readonly payload: string } | null;
  /** Geneve headers passed. */
  geneveHeaders: number;
}

const START: Place = { constant: 0, variable: null };

export function startState(source: PacketSource): LinkState {
  const model = linkModel(source.linkType, source.byteOrder);
  return {
    source,
    outermost: model,
    model,
    link: model?.link ?? START,
    type: model?.type ?? START,
    payload: model?.payload ?? START,
    network: model?.network ?? 0,
    osi: model?.osi ?? 0,
    labels: 0,
    outer: START,
    insideAtm: false,
    geneve: null,
    geneveHeaders: 0,
  };
}

const IPV6_HEADER = 40;
/** Bytes in front of the MTP2 header, by LINKTYPE_: pseudo-headers of MTP2 and ERF. */
const SIGNALLING: ReadonlyMap<number, number> = new Map([
  [139, 4],
  [140, 0],
  [197, 20],
]);

export const hasSignalling = (linkType: number): boolean => SIGNALLING.has(linkType);

export const moved = ({ constant, variable }: Place, by: number): Place => ({ constant: constant + by, variable });

/** The place that a base means now. That of `ip-payload` is the IPv4 header, whose length comes on top. */
export function placeOf(state: LinkState, base: Base): Place {
  switch (base) {
    case 'packet':
      return START;
    case 'link':
      return state.link;
    case 'type':
      return state.type;
    case 'payload':
      return state.payload;
    case 'osi':
      return moved(state.payload, state.osi);
    case 'ip6-payload':
      return moved(state.payload, state.network + IPV6_HEADER);
    case 'signalling':
      return { constant: SIGNALLING.get(state.source.linkType) ?? 0, variable: null };
    case 'outer':
      return state.outer;
    default:
      return moved(state.payload, state.network);
  }
}

/** Moves on behind a VLAN tag: type and payload alike. */
export function passVlan(state: LinkState): void {
  state.type = moved(state.type, 4);
  state.payload = moved(state.payload, 4);
}

export function passLabel(state: LinkState): void {
  state.labels++;
  state.network += 4;
  state.osi += 4;
}

function enter(state: LinkState, model: LinkModel, link: Place): void {
  state.insideAtm = state.model?.name === 'SUNATM';
  state.outer = state.link;
  state.model = model;
  state.link = link;
  state.type = link;
  state.geneve = null;
}

/** Behind a PPPoE header of 6 bytes stands the PPP protocol, with no header of its own. */
export function passPppoe(state: LinkState): void {
  enter(state, PPP, moved(state.payload, state.network + 6));
  state.payload = moved(state.link, 2);
  state.network = 0;
  state.osi = 0;
}

/** LAN emulation: an Ethernet frame behind 2 bytes of the ATM payload. */
export function passLane(state: LinkState): void {
  enter(state, ETHERNET, { constant: 6, variable: null });
  state.type = moved(state.link, 12);
  state.payload = moved(state.link, 14);
  state.network = 0;
  state.osi = 3;
}

/** Behind a Geneve header stands Ethernet, or what the type in the header says; three variables tell where. */
export function passGeneve(state: LinkState): NonNullable<LinkState['geneve']> {
  const number = state.geneveHeaders++;
  const names = { link: `link${number}`, type: `type${number}`, payload: `inner${number}` };
  enter(state, ETHERNET, { constant: 0, variable: names.link });
  state.type = { constant: 0, variable: names.type };
  state.payload = { constant: 0, variable: names.payload };
  state.network = 0;
  state.osi = 3;
  state.geneve = names;
  return names;
}

/** What must hold for the present header to be there at all; null where it always is. */
export function headerCheck(state: LinkState): Condition | 'geneve-ethernet' | null {
  if (state.geneve !== null) return 'geneve-ethernet';
  return state.insideAtm ? LANE_DATA : null;
}

/** A frame of LAN emulation, not one of its control frames. */
const LANE_DATA: Condition = {
  kind: 'not',
  operand: {
    kind: 'test',
    left: { kind: 'load', base: 'outer', offset: 4, index: null, size: 2 },
    relation: '=',
    right: { kind: 'constant', value: 0xff00 },
  },
};
