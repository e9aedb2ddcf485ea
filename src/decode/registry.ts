import { bgp } from './application/bgp.js';
import { layerBgp } from './application/bgp-layer.js';
import { dhcp } from './application/dhcp.js';
import { layerDhcp } from './application/dhcp-layer.js';
import { dhcpv6 } from './application/dhcpv6.js';
import { layerDhcpv6 } from './application/dhcpv6-layer.js';
import { dns } from './application/dns.js';
import { layerDns, layerLlmnr, layerMdns } from './application/dns-layer.js';
import { dtls } from './application/dtls.js';
import { layerDtls } from './application/dtls-layer.js';
import { ftp } from './application/ftp.js';
import { layerFtp } from './application/ftp-layer.js';
import { geneve } from './application/geneve.js';
import { layerGeneve } from './application/geneve-layer.js';
import { http, ssdp } from './application/http.js';
import { layerHttp, layerSsdp } from './application/http-layer.js';
import { http2 } from './application/http2.js';
import { layerHttp2 } from './application/http2-layer.js';
import { l2tp } from './application/l2tp.js';
import { l2tpIp, layerL2tp } from './application/l2tp-layer.js';
import { llmnr } from './application/llmnr.js';
import { mdns } from './application/mdns.js';
import { mqtt } from './application/mqtt.js';
import { layerMqtt } from './application/mqtt-layer.js';
import { ntp } from './application/ntp.js';
import { layerNtp } from './application/ntp-layer.js';
import { quic } from './application/quic.js';
import { layerQuic } from './application/quic-layer.js';
import { redis } from './application/redis.js';
import { layerRedis } from './application/redis-layer.js';
import { rtcp } from './application/rtcp.js';
import { layerRtcp } from './application/rtcp-layer.js';
import { rtp } from './application/rtp.js';
import { layerRtp } from './application/rtp-layer.js';
import { sdp } from './application/sdp.js';
import { sip } from './application/sip.js';
import { layerSip } from './application/sip-layer.js';
import { smb2 } from './application/smb2.js';
import { layerSmb2 } from './application/smb2-layer.js';
import { smtp } from './application/smtp.js';
import { layerSmtp } from './application/smtp-layer.js';
import { snmp } from './application/snmp.js';
import { layerSnmp } from './application/snmp-layer.js';
import { ssh } from './application/ssh.js';
import { layerSsh } from './application/ssh-layer.js';
import { tls } from './application/tls.js';
import { layerTls } from './application/tls-layer.js';
import { vxlan } from './application/vxlan.js';
import { layerVxlan } from './application/vxlan-layer.js';
import type { Application } from './application.js';
import { Direct, type LayerFunction, type Protocol, type Table } from './dissector.js';
import { cdp } from './link/cdp.js';
import { chdlc } from './link/chdlc.js';
import { ethernet } from './link/ethernet.js';
import { ieee80211, ieee80211Aligned } from './link/ieee80211.js';
import { llc } from './link/llc.js';
import { lldp } from './link/lldp.js';
import { mpls } from './link/mpls.js';
import { bsdLoop, bsdNull } from './link/null.js';
import { ppi } from './link/ppi.js';
import { ppp, pppSerial, pppWithDirection } from './link/ppp.js';
import { pppoeDiscovery, pppoeSession } from './link/pppoe.js';
import { avs, prism } from './link/prism.js';
import { radiotap } from './link/radiotap.js';
import { rawIp } from './link/raw.js';
import { sll } from './link/sll.js';
import { sll2 } from './link/sll2.js';
import { perVlanStp, stp } from './link/stp.js';
import { serviceVlan, vlan } from './link/vlan.js';
import { authentication } from './network/ah.js';
import { arp, rarp } from './network/arp.js';
import { erspan } from './network/erspan.js';
import { esp } from './network/esp.js';
import { gre } from './network/gre.js';
import { icmp } from './network/icmp.js';
import { icmpv6 } from './network/icmpv6.js';
import { igmp } from './network/igmp.js';
import { ipv4 } from './network/ipv4.js';
import { ipv6 } from './network/ipv6.js';
import { destinationOptions, fragment, hip, hopByHop, mobility, routing, shim6 } from './network/ipv6-extensions.js';
import { ospf } from './network/ospf.js';
import { pim } from './network/pim.js';
import { vrrp } from './network/vrrp.js';
import { EtherType, IpProtocol } from './numbers.js';
import { sctp } from './transport/sctp.js';
import { tcp } from './transport/tcp.js';
import { udp, udpLite } from './transport/udp.js';

/** Plain lists: a new protocol below or beside a transport is its file, which exports a `Protocol`, and a line here. */
type List = readonly (readonly [key: number, protocol: Protocol | LayerFunction])[];

/** LINKTYPE_ numbers; 12 and 14 are the raw IP of older systems. */
const LINK_TYPES: List = [
  [0, bsdNull],
  [1, ethernet],
  [9, ppp],
  [12, rawIp],
  [14, rawIp],
  [50, pppSerial],
  [51, pppoeSession],
  [101, rawIp],
  [104, chdlc],
  [105, ieee80211],
  [108, bsdLoop],
  [113, sll],
  [119, prism],
  [127, radiotap],
  [163, avs],
  [192, ppi],
  [204, pppWithDirection],
  [228, ipv4],
  [229, ipv6],
  [276, sll2],
];

const ETHERTYPES: List = [
  [EtherType.ipv4, ipv4],
  [EtherType.arp, arp],
  [EtherType.rarp, rarp],
  [EtherType.vlan, vlan],
  [EtherType.ipv6, ipv6],
  [EtherType.mpls, mpls],
  [EtherType.mplsMulticast, mpls],
  [EtherType.pppoeDiscovery, pppoeDiscovery],
  [EtherType.pppoeSession, pppoeSession],
  [EtherType.serviceVlan, serviceVlan],
  [EtherType.lldp, lldp],
  [EtherType.oldServiceVlan, vlan],
  // Cisco's protocol identifier, which its HDLC and GRE put in place of an EtherType.
  [0x2000, cdp],
  [EtherType.bridging, ethernet],
  [EtherType.erspan, erspan],
  [EtherType.erspan3, erspan],
];

const IP_PROTOCOLS: List = [
  [IpProtocol.hopByHop, hopByHop],
  [IpProtocol.icmp, icmp],
  [IpProtocol.igmp, igmp],
  [IpProtocol.ipv4, ipv4],
  [IpProtocol.tcp, tcp],
  [IpProtocol.udp, udp],
  [IpProtocol.ipv6, ipv6],
  [IpProtocol.gre, gre],
  [IpProtocol.esp, esp],
  [IpProtocol.ipip, ipv4],
  [IpProtocol.routing, routing],
  [IpProtocol.fragment, fragment],
  [IpProtocol.authentication, authentication],
  [IpProtocol.icmpv6, icmpv6],
  [IpProtocol.destinationOptions, destinationOptions],
  [IpProtocol.l2tp, l2tpIp],
  [IpProtocol.ospf, ospf],
  [IpProtocol.pim, pim],
  [IpProtocol.vrrp, vrrp],
  [IpProtocol.sctp, sctp],
  [IpProtocol.oldMobility, mobility],
  [IpProtocol.mobility, mobility],
  [IpProtocol.udpLite, udpLite],
  [IpProtocol.mpls, mpls],
  [IpProtocol.hip, hip],
  [IpProtocol.shim6, shim6],
  [IpProtocol.ethernet, ethernet],
];

/** IANA registry "PPP DLL Protocol Numbers". */
const PPP_PROTOCOLS: List = [
  [0x0021, ipv4],
  [0x0057, ipv6],
  [0x0281, mpls],
  [0x0283, mpls],
];

/** Destination service access points of IEEE 802.2. */
const LLC_SAPS: List = [
  [0x06, ipv4],
  [0x42, stp],
];

/** Protocol identifiers of SNAP under Cisco's organisation code. */
const CISCO_PROTOCOLS: List = [
  [0x010b, perVlanStp],
  [0x2000, cdp],
];

/** Protocol identifiers of SNAP under IEEE 802.1's organisation code: RFC 2684 section 5.2. */
const BRIDGED_PROTOCOLS: List = [
  [0x0001, ethernet],
  [0x0007, ethernet],
  [0x000e, stp],
];

const DIRECT: List = [
  [Direct.llc, llc],
  [Direct.ethernet, ethernet],
  [Direct.ppp, ppp],
  [Direct.ieee80211, ieee80211],
  [Direct.ieee80211Aligned, ieee80211Aligned],
  [Direct.radiotap, radiotap],
  [Direct.sdp, sdp],
];

/**
 * Who reads the headers of a protocol above TCP or UDP. Its own file says only how it is known: that is loaded at every start, readers when a packet is first
 * looked at. The payload is at `input.at`, the transport in `input.scope.transport`. What is not listed is known by name alone.
 */
const APPLICATION_LAYERS: readonly (readonly [application: Application, layer: LayerFunction])[] = [
  [dns, layerDns],
  [mdns, layerMdns],
  [llmnr, layerLlmnr],
  [dhcp, layerDhcp],
  [dhcpv6, layerDhcpv6],
  [ntp, layerNtp],
  [http, layerHttp],
  [http2, layerHttp2],
  [tls, layerTls],
  [quic, layerQuic],
  [ssh, layerSsh],
  [smtp, layerSmtp],
  [ftp, layerFtp],
  [smb2, layerSmb2],
  [snmp, layerSnmp],
  [sip, layerSip],
  [rtp, layerRtp],
  [rtcp, layerRtcp],
  [bgp, layerBgp],
  [redis, layerRedis],
  [mqtt, layerMqtt],
  [vxlan, layerVxlan],
  [geneve, layerGeneve],
  [l2tp, layerL2tp],
  [dtls, layerDtls],
  [ssdp, layerSsdp],
];

/** The lists as they stand here, for whoever tells what is known. */
export const registryLists: Readonly<Record<Table, List>> = {
  linkType: LINK_TYPES,
  etherType: ETHERTYPES,
  ipProtocol: IP_PROTOCOLS,
  pppProtocol: PPP_PROTOCOLS,
  llcSap: LLC_SAPS,
  ciscoProtocol: CISCO_PROTOCOLS,
  bridgedProtocol: BRIDGED_PROTOCOLS,
  direct: DIRECT,
  application: [],
  data: [],
};

function layersOf(list: List): ReadonlyMap<number, LayerFunction> {
  return new Map(list.map(([key, one]) => [key, typeof one === 'function' ? one : one.layer]));
}

const LAYERS = Object.fromEntries(
  Object.entries(registryLists).map(([table, list]) => [table, layersOf(list)]),
) as Record<Table, ReadonlyMap<number, LayerFunction>>;

/** The function that reads what `key` of `table` names, or null: then the bytes are data. */
export function findLayer(table: Table, key: number): LayerFunction | null {
  return LAYERS[table].get(key) ?? null;
}

const BY_APPLICATION: ReadonlyMap<Application, LayerFunction> = new Map(APPLICATION_LAYERS);

/** The function that reads what the application's payload begins with, or null: only its name is known. */
export function layerOf(application: Application): LayerFunction | null {
  return BY_APPLICATION.get(application) ?? null;
}
