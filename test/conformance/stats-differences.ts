/** Where our figures differ from the recorded answers: one by one, at most 20 an oracle, each with its reason. */

const CUT_TCP =
  'tshark makes no conversation of a segment whose header, options included, was not captured whole; the ports lead it (RFC 9293 section 3.1) and are known';
const CUT_UDP =
  'tshark makes no conversation of a datagram whose header was not captured whole; the ports lead it (RFC 768) and are known';
const OPTION_FAILS =
  'the MPTCP option is malformed (RFC 8684 section 3.3): tshark gives the segment up before it comes to the conversation';
const NO_IP_LENGTH =
  'payload length 0 as in a jumbogram (RFC 2675 section 3), without the option: tshark takes the segment for empty and gives it up';
const NO_UDP_LENGTH =
  'length 0 as in a jumbogram (RFC 2675 section 4), left by segmentation offload: tshark takes the datagram for malformed';
const INNER = 'tshark counts the datagram inside NSH (RFC 8300) too; a flow is told by the outermost IP header';

/** Files in which flows of TCP or UDP are not as many as tshark's conversations, though both see the protocol in the same packets. */
export const CONVERSATION_DIFFERENCES: Readonly<Record<string, string>> = {
  'malformed/ng_pad_nonzero.pcapng': CUT_TCP,
  'malformed/ok_snap60.pcap': CUT_UDP,
  'tcpdump/beep-oobr.pcap': CUT_TCP,
  'tcpdump/bigtcp-ipv4-geneve-ipv4.pcap': NO_UDP_LENGTH,
  'tcpdump/bigtcp-ipv4-geneve-ipv6.pcap': NO_UDP_LENGTH,
  'tcpdump/bigtcp-ipv4-vxlan-ipv4.pcap': NO_UDP_LENGTH,
  'tcpdump/bigtcp-ipv4-vxlan-ipv6.pcap': NO_UDP_LENGTH,
  'tcpdump/bigtcp-ipv6-geneve-ipv4.pcap': NO_UDP_LENGTH,
  'tcpdump/bigtcp-ipv6-geneve-ipv6.pcap': NO_UDP_LENGTH,
  'tcpdump/bigtcp-ipv6-vxlan-ipv4.pcap': NO_UDP_LENGTH,
  'tcpdump/bigtcp-ipv6-vxlan-ipv6.pcap': NO_UDP_LENGTH,
  'tcpdump/bigtcp-ipv6.pcap': NO_IP_LENGTH,
  'tcpdump/heapoverflow-tcp_print.pcap': CUT_TCP,
  'tcpdump/mptcp-dss-oobr.pcap': OPTION_FAILS,
  'tcpdump/nsh-over-vxlan-gpe.pcap': INNER,
  'tcpdump/tcp-auth-heapoverflow.pcap': CUT_TCP,
  'tcpdump/tcp_header_heapoverflow.pcap': CUT_TCP,
  'tcpdump/udp-length-heapoverflow.pcap': CUT_UDP,
};

const RESOLUTION_OVERFLOW =
  'finer than nanoseconds (if_tsresol, draft-ietf-opsawg-pcapng section 4.2): capinfos 4.0 multiplies before it divides and overflows 64 bits';
const COMPARISON_OVERFLOW =
  'times more than 68 years apart: capinfos 4.0 narrows the difference of seconds to 32 bits and takes the earlier for the later';
const LONG_FRACTION =
  'a fraction of a second or more (against draft-ietf-opsawg-pcap section 5): capinfos 4.0 overflows 32 bits of nanoseconds, tcpdump and we keep it';

/** Files in which the earliest or latest time is not that of capinfos. */
export const TIME_DIFFERENCES: Readonly<Record<string, string>> = {
  'malformed/flip_01.pcap': LONG_FRACTION,
  'malformed/flip_15.pcap': LONG_FRACTION,
  'malformed/flip_39.pcap': LONG_FRACTION,
  'malformed/ng_tsresol_12.pcapng': RESOLUTION_OVERFLOW,
  'malformed/ng_tsresol_191.pcapng': RESOLUTION_OVERFLOW,
  'malformed/ng_tsresol_192.pcapng': RESOLUTION_OVERFLOW,
  'malformed/ng_tsresol_20.pcapng': RESOLUTION_OVERFLOW,
  'tcpdump/atm-oam-loopback-print-overrun.pcap': LONG_FRACTION,
  'tcpdump/bgp_vpn_rt-oobr.pcap': COMPARISON_OVERFLOW,
  'tcpdump/olsr-oobr-2.pcap': COMPARISON_OVERFLOW,
  'tcpdump/pim_header_asan-2.pcap': COMPARISON_OVERFLOW,
};
