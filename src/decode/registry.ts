import { Direct, type LayerFunction, type Protocol, type Table } from './dissector.js';
import { layerChdlc } from './link/chdlc.js';
import { layerEthernet } from './link/ethernet.js';
import { layerIeee80211, layerIeee80211Aligned } from './link/ieee80211.js';
import { layerLlc } from './link/llc.js';
import { layerMpls } from './link/mpls.js';
import { layerLoop, layerNull } from './link/null.js';
import { layerPpi } from './link/ppi.js';
import { layerPpp, layerPppSerial, layerPppWithDirection } from './link/ppp.js';
import { layerPppoeDiscovery, layerPppoeSession } from './link/pppoe.js';
import { layerAvs, layerPrism } from './link/prism.js';
import { layerRadiotap } from './link/radiotap.js';
import { layerRaw } from './link/raw.js';
import { layerSll } from './link/sll.js';
import { layerSll2 } from './link/sll2.js';
import { layerServiceVlan, layerVlan } from './link/vlan.js';
import { layerAuthentication } from './network/ah.js';
import { layerArp, layerRarp } from './network/arp.js';
import { layerIcmp } from './network/icmp.js';
import { layerIcmpv6 } from './network/icmpv6.js';
import { layerIpv4 } from './network/ipv4.js';
import { layerIpv6 } from './network/ipv6.js';
import {
  layerDestinationOptions,
  layerFragment,
  layerHip,
  layerHopByHop,
  layerMobility,
  layerRouting,
  layerShim6,
} from './network/ipv6-extensions.js';
import { EtherType, IpProtocol } from './numbers.js';
import { layerSctp } from './transport/sctp.js';
import { layerTcp } from './transport/tcp.js';
import { layerUdp, layerUdpLite } from './transport/udp.js';

/** Plain lists: a new protocol is its file, which exports a `Protocol`, and a line here. */
type List = readonly (readonly [key: number, protocol: Protocol | LayerFunction])[];

/** LINKTYPE_ numbers; 12 and 14 are the raw IP of older systems. */
const LINK_TYPES: List = [
  [0, layerNull],
  [1, layerEthernet],
  [9, layerPpp],
  [12, layerRaw],
  [14, layerRaw],
  [50, layerPppSerial],
  [51, layerPppoeSession],
  [101, layerRaw],
  [104, layerChdlc],
  [105, layerIeee80211],
  [108, layerLoop],
  [113, layerSll],
  [119, layerPrism],
  [127, layerRadiotap],
  [163, layerAvs],
  [192, layerPpi],
  [204, layerPppWithDirection],
  [228, layerIpv4],
  [229, layerIpv6],
  [276, layerSll2],
];

const ETHERTYPES: List = [
  [EtherType.ipv4, layerIpv4],
  [EtherType.arp, layerArp],
  [EtherType.rarp, layerRarp],
  [EtherType.vlan, layerVlan],
  [EtherType.ipv6, layerIpv6],
  [EtherType.mpls, layerMpls],
  [EtherType.mplsMulticast, layerMpls],
  [EtherType.pppoeDiscovery, layerPppoeDiscovery],
  [EtherType.pppoeSession, layerPppoeSession],
  [EtherType.serviceVlan, layerServiceVlan],
  [EtherType.oldServiceVlan, layerVlan],
];

const IP_PROTOCOLS: List = [
  [IpProtocol.hopByHop, layerHopByHop],
  [IpProtocol.icmp, layerIcmp],
  [IpProtocol.ipv4, layerIpv4],
  [IpProtocol.tcp, layerTcp],
  [IpProtocol.udp, layerUdp],
  [IpProtocol.ipv6, layerIpv6],
  [IpProtocol.routing, layerRouting],
  [IpProtocol.fragment, layerFragment],
  [IpProtocol.authentication, layerAuthentication],
  [IpProtocol.icmpv6, layerIcmpv6],
  [IpProtocol.destinationOptions, layerDestinationOptions],
  [IpProtocol.sctp, layerSctp],
  [IpProtocol.oldMobility, layerMobility],
  [IpProtocol.mobility, layerMobility],
  [IpProtocol.udpLite, layerUdpLite],
  [IpProtocol.mpls, layerMpls],
  [IpProtocol.hip, layerHip],
  [IpProtocol.shim6, layerShim6],
  [IpProtocol.ethernet, layerEthernet],
];

/** IANA registry "PPP DLL Protocol Numbers". */
const PPP_PROTOCOLS: List = [
  [0x0021, layerIpv4],
  [0x0057, layerIpv6],
  [0x0281, layerMpls],
  [0x0283, layerMpls],
];

/** Destination service access points of IEEE 802.2. */
const LLC_SAPS: List = [[0x06, layerIpv4]];

const DIRECT: List = [
  [Direct.llc, layerLlc],
  [Direct.ethernet, layerEthernet],
  [Direct.ppp, layerPpp],
  [Direct.ieee80211, layerIeee80211],
  [Direct.ieee80211Aligned, layerIeee80211Aligned],
  [Direct.radiotap, layerRadiotap],
];

function layers(list: List): ReadonlyMap<number, LayerFunction> {
  return new Map(list.map(([key, one]) => [key, typeof one === 'function' ? one : one.layer]));
}

const LISTS: Readonly<Record<Table, ReadonlyMap<number, LayerFunction>>> = {
  linkType: layers(LINK_TYPES),
  etherType: layers(ETHERTYPES),
  ipProtocol: layers(IP_PROTOCOLS),
  pppProtocol: layers(PPP_PROTOCOLS),
  llcSap: layers(LLC_SAPS),
  direct: layers(DIRECT),
  application: new Map(),
  data: new Map(),
};

/** The function that reads what `key` of `table` names, or null: then the bytes are data. */
export function findLayer(table: Table, key: number): LayerFunction | null {
  return LISTS[table].get(key) ?? null;
}
