/** DHCP options: RFC 2132, and later RFCs by the IANA registry "DHCP and BOOTP Parameters". */

export type DhcpFormat =
  | 'address'
  | 'addresses'
  | 'addressPairs'
  | 'routes'
  | 'byte'
  | 'short'
  | 'shorts'
  | 'long'
  | 'seconds'
  | 'offset'
  | 'flag'
  | 'text'
  | 'present'
  | 'message'
  | 'overload'
  | 'codes'
  | 'client'
  | 'nodeType'
  | 'names'
  | 'domain'
  | 'relay'
  | 'sip'
  | 'architectures'
  | 'interface'
  | 'machine'
  | 'vendors'
  | 'hex';

type Options = Readonly<Record<number, readonly [name: string, format: DhcpFormat]>>;

export const DhcpOption = { pad: 0, requestedAddress: 50, overload: 52, messageType: 53, end: 255 } as const;

export const DHCP_OPTIONS: Options = {
  1: ['Subnet Mask', 'address'],
  2: ['Time Offset', 'offset'],
  3: ['Router', 'addresses'],
  4: ['Time Server', 'addresses'],
  5: ['Name Server', 'addresses'],
  6: ['Domain Name Server', 'addresses'],
  7: ['Log Server', 'addresses'],
  8: ['Cookie Server', 'addresses'],
  9: ['LPR Server', 'addresses'],
  10: ['Impress Server', 'addresses'],
  11: ['Resource Location Server', 'addresses'],
  12: ['Host Name', 'text'],
  13: ['Boot File Size', 'short'],
  14: ['Merit Dump File', 'text'],
  15: ['Domain Name', 'text'],
  16: ['Swap Server', 'address'],
  17: ['Root Path', 'text'],
  18: ['Extensions Path', 'text'],
  19: ['IP Forwarding', 'flag'],
  20: ['Non-Local Source Routing', 'flag'],
  21: ['Policy Filter', 'addressPairs'],
  22: ['Maximum Datagram Reassembly Size', 'short'],
  23: ['Default IP Time-to-live', 'byte'],
  24: ['Path MTU Aging Timeout', 'seconds'],
  25: ['Path MTU Plateau Table', 'shorts'],
  26: ['Interface MTU', 'short'],
  27: ['All Subnets are Local', 'flag'],
  28: ['Broadcast Address', 'address'],
  29: ['Perform Mask Discovery', 'flag'],
  30: ['Mask Supplier', 'flag'],
  31: ['Perform Router Discovery', 'flag'],
  32: ['Router Solicitation Address', 'address'],
  33: ['Static Route', 'addressPairs'],
  34: ['Trailer Encapsulation', 'flag'],
  35: ['ARP Cache Timeout', 'seconds'],
  36: ['Ethernet Encapsulation', 'flag'],
  37: ['TCP Default TTL', 'byte'],
  38: ['TCP Keepalive Interval', 'seconds'],
  39: ['TCP Keepalive Garbage', 'flag'],
  40: ['Network Information Service Domain', 'text'],
  41: ['Network Information Servers', 'addresses'],
  42: ['Network Time Protocol Servers', 'addresses'],
  43: ['Vendor Specific Information', 'hex'],
  44: ['NetBIOS over TCP/IP Name Server', 'addresses'],
  45: ['NetBIOS over TCP/IP Datagram Distribution Server', 'addresses'],
  46: ['NetBIOS over TCP/IP Node Type', 'nodeType'],
  47: ['NetBIOS over TCP/IP Scope', 'text'],
  48: ['X Window System Font Server', 'addresses'],
  49: ['X Window System Display Manager', 'addresses'],
  50: ['Requested IP Address', 'address'],
  51: ['IP Address Lease Time', 'seconds'],
  52: ['Option Overload', 'overload'],
  53: ['DHCP Message Type', 'message'],
  54: ['Server Identifier', 'address'],
  55: ['Parameter Request List', 'codes'],
  56: ['Message', 'text'],
  57: ['Maximum DHCP Message Size', 'short'],
  58: ['Renewal (T1) Time Value', 'seconds'],
  59: ['Rebinding (T2) Time Value', 'seconds'],
  60: ['Vendor Class Identifier', 'text'],
  61: ['Client-identifier', 'client'],
  62: ['NetWare/IP Domain', 'text'],
  63: ['NetWare/IP Information', 'hex'],
  64: ['Network Information Service+ Domain', 'text'],
  65: ['Network Information Service+ Servers', 'addresses'],
  66: ['TFTP Server Name', 'text'],
  67: ['Bootfile Name', 'text'],
  68: ['Mobile IP Home Agent', 'addresses'],
  69: ['SMTP Server', 'addresses'],
  70: ['POP3 Server', 'addresses'],
  71: ['NNTP Server', 'addresses'],
  72: ['Default WWW Server', 'addresses'],
  73: ['Default Finger Server', 'addresses'],
  74: ['Default IRC Server', 'addresses'],
  75: ['StreetTalk Server', 'addresses'],
  76: ['StreetTalk Directory Assistance Server', 'addresses'],
  77: ['User Class', 'hex'],
  78: ['Directory Agent', 'hex'],
  79: ['Service Scope', 'hex'],
  80: ['Rapid Commit', 'present'],
  81: ['Client FQDN', 'domain'],
  82: ['Relay Agent Information', 'relay'],
  83: ['iSNS', 'hex'],
  85: ['NDS Servers', 'addresses'],
  86: ['NDS Tree Name', 'text'],
  87: ['NDS Context', 'text'],
  88: ['BCMCS Controller Domain Name List', 'names'],
  89: ['BCMCS Controller IPv4 Address', 'addresses'],
  90: ['Authentication', 'hex'],
  91: ['Client Last Transaction Time', 'seconds'],
  92: ['Associated IP', 'addresses'],
  93: ['Client System Architecture', 'architectures'],
  94: ['Client Network Device Interface', 'interface'],
  97: ['Client Machine Identifier', 'machine'],
  98: ['User Authentication Protocol', 'text'],
  99: ['GEOCONF_CIVIC', 'hex'],
  100: ['PCode', 'text'],
  101: ['TCode', 'text'],
  108: ['IPv6-Only Preferred', 'seconds'],
  112: ['NetInfo Parent Server Address', 'addresses'],
  113: ['NetInfo Parent Server Tag', 'text'],
  114: ['DHCP Captive-Portal', 'text'],
  116: ['Auto-Config', 'flag'],
  117: ['Name Service Search', 'shorts'],
  118: ['Subnet Selection', 'address'],
  119: ['Domain Search', 'names'],
  120: ['SIP Servers', 'sip'],
  121: ['Classless Static Route', 'routes'],
  122: ['CableLabs Client Configuration', 'hex'],
  123: ['GeoConf', 'hex'],
  124: ['V-I Vendor Class', 'vendors'],
  125: ['V-I Vendor-Specific Information', 'vendors'],
  136: ['PANA Agent', 'addresses'],
  137: ['V4_LOST', 'hex'],
  138: ['CAPWAP Access Controller', 'addresses'],
  139: ['IPv4 Address-MoS', 'hex'],
  140: ['IPv4 FQDN-MoS', 'hex'],
  141: ['SIP UA Configuration Service Domains', 'names'],
  143: ['SZTP Redirect', 'hex'],
  144: ['GeoLoc', 'hex'],
  145: ['FORCERENEW_NONCE_CAPABLE', 'hex'],
  146: ['RDNSS Selection', 'hex'],
  150: ['TFTP Server Address', 'addresses'],
  151: ['Status Code', 'hex'],
  152: ['Base Time', 'seconds'],
  153: ['Start Time of State', 'seconds'],
  154: ['Query Start Time', 'seconds'],
  155: ['Query End Time', 'seconds'],
  156: ['DHCP State', 'byte'],
  157: ['Data Source', 'byte'],
  159: ['PORTPARAMS', 'hex'],
  161: ['MUD URL', 'text'],
  208: ['PXELINUX Magic', 'hex'],
  209: ['Configuration File', 'text'],
  210: ['Path Prefix', 'text'],
  211: ['Reboot Time', 'seconds'],
  212: ['6RD', 'hex'],
  220: ['Subnet Allocation', 'hex'],
  221: ['Virtual Subnet Selection', 'hex'],
  249: ['Classless Static Route (Microsoft)', 'routes'],
  252: ['Web Proxy Auto-Discovery', 'text'],
};

export const DHCP_MESSAGES: Readonly<Record<number, string>> = {
  1: 'DHCPDISCOVER',
  2: 'DHCPOFFER',
  3: 'DHCPREQUEST',
  4: 'DHCPDECLINE',
  5: 'DHCPACK',
  6: 'DHCPNAK',
  7: 'DHCPRELEASE',
  8: 'DHCPINFORM',
  9: 'DHCPFORCERENEW',
  10: 'DHCPLEASEQUERY',
  11: 'DHCPLEASEUNASSIGNED',
  12: 'DHCPLEASEUNKNOWN',
  13: 'DHCPLEASEACTIVE',
  14: 'DHCPBULKLEASEQUERY',
  15: 'DHCPLEASEQUERYDONE',
  16: 'DHCPACTIVELEASEQUERY',
  17: 'DHCPLEASEQUERYSTATUS',
  18: 'DHCPTLS',
};

/** Sub-options of option 82. */
export const RELAY_SUBOPTIONS: Readonly<Record<number, string>> = {
  1: 'Agent Circuit ID',
  2: 'Agent Remote ID',
  4: 'DOCSIS Device Class',
  5: 'Link Selection',
  6: 'Subscriber-ID',
  7: 'RADIUS Attributes',
  8: 'Authentication',
  9: 'Vendor-Specific Information',
  10: 'Relay Agent Flags',
  11: 'Server Identifier Override',
  12: 'Relay Agent Identifier',
  13: 'Access-Technology-Type',
  14: 'Access-Network-Name',
  15: 'Access-Point-Name',
  16: 'Access-Point-BSSID',
  17: 'Operator-Identifier',
  18: 'Operator-Realm',
  19: 'Relay Source Port',
  151: 'Virtual Subnet Selection',
  152: 'Virtual Subnet Selection Control',
};

/** RFC 4578 section 2.1 and the IANA registry "Processor Architecture Types"; DHCPv6 uses the same. */
export const ARCHITECTURES: Readonly<Record<number, string>> = {
  0: 'x86 BIOS',
  1: 'NEC/PC98',
  2: 'Itanium',
  3: 'DEC Alpha',
  4: 'Arc x86',
  5: 'Intel Lean Client',
  6: 'x86 UEFI',
  7: 'x64 UEFI',
  8: 'EFI Xscale',
  9: 'EBC',
  10: 'ARM 32-bit UEFI',
  11: 'ARM 64-bit UEFI',
  15: 'x86 UEFI boot from HTTP',
  16: 'x64 UEFI boot from HTTP',
  18: 'ARM 32-bit UEFI boot from HTTP',
  19: 'ARM 64-bit UEFI boot from HTTP',
};

export const NODE_TYPES: Readonly<Record<number, string>> = { 1: 'B-node', 2: 'P-node', 4: 'M-node', 8: 'H-node' };
