const DEPTH =
  'the depth of a dissection is bounded (MAX_LAYERS); the packet nests 74 extension headers, which RFC 8200 section 4.1 advises against';
const ISL =
  'Cisco ISL is not decoded: its frames look like IEEE 802.3 (tshark tells them by the destination 01:00:0c:00:00)';
const VERSION =
  'tshark names no layer for an IPv6 header of another version; here its fields are shown with the problem (RFC 8200 section 3)';
const EXTENDED_ECHO =
  'tshark lets its ICMP dissector read the extension structure of RFC 8335 and counts that as a layer "icmp"; the packet holds no ICMP header';
const JUMBO =
  'tshark stops at a payload length of 0 without the jumbo option of RFC 2675; here it counts as unknown, as segmentation offload leaves it';

const CUT =
  'the captured bytes end before the extension header, which was on the wire: tshark names such a layer only where a byte of it was captured';

/** Where a header reads otherwise than in tshark 4.0.17: the difference, and the specification or bug it comes from. */
export const DECODE_DIFFERENCES: [difference: string, reason: string][] = [
  [
    'libpcap/filter/ipv6_ext_headers.pcap#1 layers: eth:ethertype:ipv6:ipv6.hopopts:ipv6.rou...ghdr:ipv6.dstopts:ipv6.routing beside eth:ethertype:ipv6:ipv6.hopopts:ipv6.rou....fraghdr:ipv6.dstopts:udp:data',
    DEPTH,
  ],
  ['tcpdump/DTP.pcap#10 layers: eth:llc beside eth:eth:llc:dtp', ISL],
  ['tcpdump/DTP.pcap#2 layers: eth:llc beside eth:eth:llc:dtp', ISL],
  ['tcpdump/DTP.pcap#4 layers: eth:llc beside eth:eth:llc:dtp', ISL],
  ['tcpdump/DTP.pcap#6 layers: eth:llc beside eth:eth:llc:dtp', ISL],
  ['tcpdump/DTP.pcap#8 layers: eth:llc beside eth:eth:llc:dtp', ISL],
  ['tcpdump/LINKTYPE_IPV6_invalid.pcap#1 layers: ipv6 beside ', VERSION],
  ['tcpdump/beep-oobr.pcap#1 layers: ipv6 beside ', VERSION],
  ['tcpdump/hoobr_rt6_print.pcap#1 layers: ipv6 beside ', VERSION],
  ['tcpdump/hoobr_rt6_print.pcap#2 layers: ipv6 beside ', VERSION],
  [
    'tcpdump/icmp6-rfc8335.pcap#1 layers: eth:ethertype:ipv6:icmpv6 beside eth:ethertype:ipv6:icmpv6:icmp',
    EXTENDED_ECHO,
  ],
  [
    'tcpdump/icmp6-rfc8335.pcap#3 layers: eth:ethertype:ipv6:icmpv6 beside eth:ethertype:ipv6:icmpv6:icmp',
    EXTENDED_ECHO,
  ],
  [
    'tcpdump/icmp6-rfc8335.pcap#5 layers: eth:ethertype:ipv6:icmpv6 beside eth:ethertype:ipv6:icmpv6:icmp',
    EXTENDED_ECHO,
  ],
  ['tcpdump/ipv6-bad-version.pcap#2 layers: eth:ethertype:ipv6 beside eth:ethertype:data', VERSION],
  ['tcpdump/ipv6-bad-version.pcap#4 layers: eth:ethertype:ipv6 beside eth:ethertype:data', VERSION],
  [
    'tcpdump/ipv6_missing_jumbo_payload_option.pcap#1 layers: eth:ethertype:ipv6:ipv6.hopopts:ipv6.hop...opts:ipv6.hopopts:ipv6.hopopts beside eth:ethertype:ipv6:ipv6.hopopts',
    JUMBO,
  ],
  ['tcpdump/ipv6-next-header-oobr-1.pcap#1 layers: ipv6:ipv6.hopopts:ipv6.routing beside ipv6:ipv6.hopopts', CUT],
  ['tcpdump/ipv6-next-header-oobr-2.pcap#1 layers: ipv6:ipv6.hopopts:ah beside ipv6:ipv6.hopopts', CUT],
  ['tcpdump/ipv6hdr-heapoverflow.pcap#1 layers: ipv6:ipv6.hopopts:ipv6.hopopts beside ipv6:ipv6.hopopts', CUT],
];
