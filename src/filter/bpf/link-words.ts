import {
  allOf,
  type Condition,
  equals,
  equalsUnderMask,
  type LinkEnd,
  type LinkFamily,
  load,
  not,
  PROTOCOL,
  test,
} from './condition.js';
import { BROADCAST, groupAt, type Mac, macAt, wlanAddress } from './link-address.js';
import { hasSignalling, type LinkState } from './link-state.js';

/** What the words for the link layer come to on one link type; null where it has no such thing. */

const ETHERNETS: ReadonlySet<string> = new Set(['EN10MB', 'NETANALYZER', 'NETANALYZER_TRANSPARENT']);
const ARCNETS: ReadonlySet<string> = new Set(['ARCNET', 'ARCNET_LINUX']);
/** PPI counts as 802.11 in some respects only. */
const WLANS: ReadonlySet<string> = new Set(['IEEE802_11', 'PRISM_HEADER', 'IEEE802_11_RADIO', 'IEEE802_11_RADIO_AVS']);

const nameOf = (state: LinkState): string => state.model?.name ?? '';
export const isEthernet = (state: LinkState): boolean => ETHERNETS.has(nameOf(state));

export function isOfFamily(state: LinkState, family: LinkFamily): boolean {
  switch (family) {
    case 'pf':
      return nameOf(state) === 'PFLOG';
    case 'wlan':
      return WLANS.has(nameOf(state));
    case 'radio':
      return WLANS.has(nameOf(state)) && nameOf(state) !== 'IEEE802_11';
    case 'atm':
      return state.outermost?.name === 'SUNATM';
    default:
      return hasSignalling(state.source.linkType);
  }
}

/** Names of families of link types, as in messages. */
export const FAMILY_NAMES: Readonly<Record<LinkFamily, string>> = {
  pf: 'packets that the pf firewall logged',
  wlan: '802.11',
  radio: '802.11 with a radio header',
  atm: 'ATM cells of SunATM',
  mtp2: 'MTP2 of SS7',
  ss7: 'SS7',
};

function addressTest(state: LinkState, end: LinkEnd, address: (offset: number) => Condition): Condition | null {
  const places = state.model?.addresses ?? null;
  if (places === null) return null;
  if (places === '802.11') return wlanAddress(end, address);
  return end === 'source' || end === 'destination' ? address(places[end]) : null;
}

export const linkAddressTest = (state: LinkState, end: LinkEnd, mac: Mac): Condition | null =>
  addressTest(state, end, macAt(mac));

/** An ARCNET station: the source is the first byte of the frame, the destination the second. */
export function stationTest(state: LinkState, end: 'source' | 'destination', station: number): Condition | null {
  if (!ARCNETS.has(nameOf(state))) return null;
  return equals(load('link', end === 'source' ? 0 : 1, 1), station);
}

/** ARCNET has no groups: its broadcast is station 0. */
export function castTest(state: LinkState, cast: 'broadcast' | 'multicast'): Condition | null {
  return (
    stationTest(state, 'destination', 0) ??
    addressTest(state, 'destination', cast === 'broadcast' ? macAt(BROADCAST) : groupAt)
  );
}

/** Whether there is an LLC header. Novell's raw IPX has a length as well, but no LLC. */
export function llcTest(state: LinkState): Condition | null {
  const name = nameOf(state);
  if (name === 'EN10MB') {
    return allOf(not(test(load('type', 0, 2), '>', 1500)), not(equals(load('payload', 0, 2), 0xffff)));
  }
  if (name === 'SUNATM') return equalsUnderMask(load('link', 0, 1), 0x0f, 2);
  if (name === 'IEEE802' || name === 'FDDI' || name === 'ATM_RFC1483') return { kind: 'always' };
  if (state.model?.addresses === '802.11') {
    return allOf(not(test(load('link', 0, 1), 'any-bit', 4)), test(load('link', 0, 1), 'any-bit', 8));
  }
  return null;
}

/** Protocols by which a header says that a VLAN tag or an MPLS label follows. */
export function vlanTypes(state: LinkState): readonly number[] | null {
  if (!isEthernet(state) && !WLANS.has(nameOf(state))) return null;
  return [PROTOCOL.vlan, PROTOCOL.providerVlan, PROTOCOL.oldProviderVlan];
}

export function labelType(state: LinkState): number | null {
  if (nameOf(state) === 'PPP') return PROTOCOL.mplsInPpp;
  return isEthernet(state) || nameOf(state) === 'C_HDLC' ? PROTOCOL.mpls : null;
}

/** An OSI protocol where the header tells it: by the NLPID of Frame Relay. */
export function osiTest(state: LinkState, protocol: number): Condition | null {
  return nameOf(state) === 'FRELAY' ? equals(load('link', 2, 2), 0x300 | protocol) : null;
}

/** Bytes in front of an OSI protocol's first: one of padding in Cisco HDLC. */
export const osiPadding = (state: LinkState): number => (nameOf(state) === 'C_HDLC' ? 1 : 0);

/** The direction that a link-layer header tells; null where it tells none. */
export function directionTest(state: LinkState, outbound: boolean): Condition | null {
  const name = nameOf(state);
  if (name.startsWith('JUNIPER_')) return equalsUnderMask(load('packet', 3, 1), 1, outbound ? 0 : 1);
  const turned = (condition: Condition): Condition => (outbound ? condition : not(condition));
  switch (name) {
    case 'SLIP':
      return outbound ? not(equals(load('link', 0, 1), 0)) : equals(load('link', 0, 1), 0);
    case 'LINUX_SLL':
      return turned(equals(load('link', 0, 2), 4));
    case 'LINUX_SLL2':
      return turned(equals(load('link', 10, 1), 4));
    case 'PFLOG':
      return equals(load('link', 60, 1), outbound ? 2 : 1);
    case 'IPNET':
      return equals(load('link', 2, 2), outbound ? 1 : 2);
    case 'PPP_PPPD':
      return equals(load('link', 0, 1), outbound ? 1 : 0);
    default:
      return null;
  }
}

/** The interface that a link-layer header names by its number; null where it names none. */
export function interfaceNumberTest(state: LinkState, number: number): Condition | null {
  return nameOf(state) === 'LINUX_SLL2' ? equals(load('link', 4, 4), number) : null;
}

const PF_NAME_AT = 4;

/** The interface that a link-layer header names; null where it names none. libpcap compares no more than the letters that were given. */
export function interfaceNameBytes(state: LinkState): number | null {
  return nameOf(state) === 'PFLOG' ? PF_NAME_AT : null;
}
