/** One flow, as both sides name it. */
export interface FlowHint {
  /** File, transport and both ends. */
  flow: string;
  /** "tcpdump/dns.pcap#1": its first packet. */
  first: string;
  /** Hex of the first bytes of its first payload. */
  payload: string;
  theirs: string;
  ours: string | null;
  /** tshark says of every packet it named that it is not a whole message of that protocol. */
  isMalformed: boolean;
}

/** Flows that tshark's name says nothing about. */
export interface HintExclusion {
  what: string;
  reason: string;
  is: (hint: FlowHint) => boolean;
}

/** What the first payload of a flow must begin with, in hex, by the specification of what tshark calls it. */
const BEGINNINGS: Readonly<Record<string, RegExp>> = {
  // RFC 4271 section 4.1: the marker is all ones.
  bgp: /^f{32}/,
  // RFC 951 section 3: request or reply.
  dhcp: /^0[12]/,
  // RFC 4120 section 5.10: an application tag of a message from 10 (a ticket alone is none), over TCP behind a length of four bytes.
  kerberos: /^(0000....)?(6[a-f]|7[0-9a-e])/,
  // Redis serialization protocol: type, text, CR LF.
  resp: /^(2[a4bd]|3a).*0d0a/,
  // RFC 5424 section 6.2.1: a priority of up to three digits.
  syslog: /^3c3[0-9]/,
  // RFC 8446 section 5.1: content type and legacy version.
  tls: /^1[4-8]03/,
};

export const HINT_EXCLUSIONS: readonly HintExclusion[] = [
  {
    what: 'malformed by its own account',
    reason: 'tshark goes by the port alone and then finds the content malformed: that names nothing',
    is: ({ ours, isMalformed }) => ours === null && isMalformed,
  },
  {
    what: 'not what the port says',
    reason: 'tshark goes by the port alone; the fixed bytes of that protocol are not there (see BEGINNINGS)',
    is: ({ ours, theirs, payload }) => ours === null && theirs in BEGINNINGS && !BEGINNINGS[theirs].test(payload),
  },
  {
    what: 'DHCPv6 to the port of SNMP',
    reason:
      'tshark goes by the source port 546; RFC 8415 section 7.2: servers listen on 547, and no client writes from 546 to 161',
    is: ({ ours, theirs, flow }) =>
      ours === null && theirs === 'dhcpv6' && flow.includes(' 546 ') && flow.endsWith(' 161'),
  },
];
