/** DHCPv6 messages, options and status codes: RFC 8415 sections 7.3, 21 and the IANA registry "Dynamic Host Configuration Protocol for IPv6". */

export type Dhcpv6Format =
  | 'duid'
  | 'identity'
  | 'temporary'
  | 'address'
  | 'prefix'
  | 'codes'
  | 'byte'
  | 'short'
  | 'shorts'
  | 'seconds'
  | 'elapsed'
  | 'relayed'
  | 'authentication'
  | 'addresses'
  | 'names'
  | 'text'
  | 'present'
  | 'status'
  | 'userClass'
  | 'vendorClass'
  | 'vendorOptions'
  | 'message'
  | 'domain'
  | 'enterprise'
  | 'time'
  | 'bootParameters'
  | 'architectures'
  | 'interface'
  | 'options'
  | 'query'
  | 'hex';

export const Dhcpv6Option = { clientId: 1, relayMessage: 9, lastRegistered: 148 } as const;

export const DHCPV6_OPTIONS: Readonly<Record<number, readonly [name: string, format: Dhcpv6Format]>> = {
  1: ['Client Identifier', 'duid'],
  2: ['Server Identifier', 'duid'],
  3: ['Identity Association for Non-temporary Addresses', 'identity'],
  4: ['Identity Association for Temporary Addresses', 'temporary'],
  5: ['IA Address', 'address'],
  6: ['Option Request', 'codes'],
  7: ['Preference', 'byte'],
  8: ['Elapsed Time', 'elapsed'],
  9: ['Relay Message', 'relayed'],
  11: ['Authentication', 'authentication'],
  12: ['Server Unicast', 'addresses'],
  13: ['Status Code', 'status'],
  14: ['Rapid Commit', 'present'],
  15: ['User Class', 'userClass'],
  16: ['Vendor Class', 'vendorClass'],
  17: ['Vendor-specific Information', 'vendorOptions'],
  18: ['Interface-Id', 'hex'],
  19: ['Reconfigure Message', 'message'],
  20: ['Reconfigure Accept', 'present'],
  21: ['SIP Servers Domain Name List', 'names'],
  22: ['SIP Servers IPv6 Address List', 'addresses'],
  23: ['DNS Recursive Name Server', 'addresses'],
  24: ['Domain Search List', 'names'],
  25: ['Identity Association for Prefix Delegation', 'identity'],
  26: ['IA Prefix', 'prefix'],
  27: ['NIS Servers', 'addresses'],
  28: ['NIS+ Servers', 'addresses'],
  29: ['NIS Domain Name', 'names'],
  30: ['NIS+ Domain Name', 'names'],
  31: ['SNTP Servers', 'addresses'],
  32: ['Information Refresh Time', 'seconds'],
  33: ['BCMCS Controller Domain Name List', 'names'],
  34: ['BCMCS Controller IPv6 Address', 'addresses'],
  36: ['GEOCONF_CIVIC', 'hex'],
  37: ['Relay Agent Remote-ID', 'enterprise'],
  38: ['Relay Agent Subscriber-ID', 'hex'],
  39: ['Client FQDN', 'domain'],
  40: ['PANA Agent', 'addresses'],
  41: ['NEW_POSIX_TIMEZONE', 'text'],
  42: ['NEW_TZDB_TIMEZONE', 'text'],
  43: ['Relay Agent Echo Request', 'codes'],
  44: ['Leasequery Query', 'query'],
  45: ['Client Data', 'options'],
  46: ['Client Last Transaction Time', 'seconds'],
  47: ['Leasequery Relay Data', 'hex'],
  48: ['Leasequery Client Link', 'addresses'],
  51: ['LoST Server', 'names'],
  52: ['CAPWAP Access Controller', 'addresses'],
  53: ['Relay-ID', 'duid'],
  56: ['NTP Server', 'time'],
  57: ['V6_ACCESS_DOMAIN', 'names'],
  58: ['SIP UA Configuration Service Domain List', 'names'],
  59: ['Boot File URL', 'text'],
  60: ['Boot File Parameters', 'bootParameters'],
  61: ['Client System Architecture Type', 'architectures'],
  62: ['Client Network Interface Identifier', 'interface'],
  64: ['AFTR-Name', 'names'],
  65: ['ERP Local Domain Name', 'names'],
  66: ['Relay-Supplied Options', 'options'],
  67: ['Prefix Exclude', 'hex'],
  68: ['Virtual Subnet Selection', 'hex'],
  74: ['RDNSS Selection', 'hex'],
  79: ['Client Link-layer Address', 'hex'],
  80: ['Link Address', 'addresses'],
  82: ['SOL_MAX_RT', 'seconds'],
  83: ['INF_MAX_RT', 'seconds'],
  87: ['DHCPv4 Message', 'hex'],
  88: ['DHCP 4o6 Server Address', 'addresses'],
  89: ['S46 Rule', 'hex'],
  90: ['S46 BR', 'addresses'],
  94: ['S46 MAP-E Container', 'options'],
  95: ['S46 MAP-T Container', 'options'],
  96: ['S46 Lightweight 4over6 Container', 'options'],
  103: ['Captive-Portal', 'text'],
  112: ['MUD URL', 'text'],
  135: ['DHCPv6 Relay Source Port', 'short'],
  136: ['SZTP Redirect', 'hex'],
  143: ['IPv6 Address-ANDSF', 'addresses'],
  148: ['Registered Address', 'hex'],
};

export const DHCPV6_MESSAGES: Readonly<Record<number, string>> = {
  1: 'SOLICIT',
  2: 'ADVERTISE',
  3: 'REQUEST',
  4: 'CONFIRM',
  5: 'RENEW',
  6: 'REBIND',
  7: 'REPLY',
  8: 'RELEASE',
  9: 'DECLINE',
  10: 'RECONFIGURE',
  11: 'INFORMATION-REQUEST',
  12: 'RELAY-FORW',
  13: 'RELAY-REPL',
  14: 'LEASEQUERY',
  15: 'LEASEQUERY-REPLY',
  16: 'LEASEQUERY-DONE',
  17: 'LEASEQUERY-DATA',
  18: 'RECONFIGURE-REQUEST',
  19: 'RECONFIGURE-REPLY',
  20: 'DHCPV4-QUERY',
  21: 'DHCPV4-RESPONSE',
  22: 'ACTIVELEASEQUERY',
  23: 'STARTTLS',
  36: 'ADDR-REG-INFORM',
  37: 'ADDR-REG-REPLY',
};

export const DHCPV6_STATUS: Readonly<Record<number, string>> = {
  0: 'Success',
  1: 'UnspecFail',
  2: 'NoAddrsAvail',
  3: 'NoBinding',
  4: 'NotOnLink',
  5: 'UseMulticast',
  6: 'NoPrefixAvail',
  7: 'UnknownQueryType',
  8: 'MalformedQuery',
  9: 'NotConfigured',
  10: 'NotAllowed',
  11: 'QueryTerminated',
};

export const DUID_TYPES: Readonly<Record<number, string>> = {
  1: 'DUID-LLT',
  2: 'DUID-EN',
  3: 'DUID-LL',
  4: 'DUID-UUID',
};
