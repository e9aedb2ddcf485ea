import { emitGeneve, viewGeneve } from '../../../src/decode/application/geneve-layer.js';
import { emitL2tp, viewL2tp } from '../../../src/decode/application/l2tp-layer.js';
import { emitVxlan, viewVxlan } from '../../../src/decode/application/vxlan-layer.js';
import { emitAuthentication, viewAuthentication } from '../../../src/decode/network/ah.js';
import { emitArp, viewArp } from '../../../src/decode/network/arp.js';
import { emitErspan, viewErspan } from '../../../src/decode/network/erspan.js';
import { emitEsp, viewEsp } from '../../../src/decode/network/esp.js';
import { emitGre, viewGre } from '../../../src/decode/network/gre.js';
import { emitIcmp, viewIcmp } from '../../../src/decode/network/icmp.js';
import { emitIcmpv6, viewIcmpv6 } from '../../../src/decode/network/icmpv6.js';
import { emitIpv4, viewIpv4 } from '../../../src/decode/network/ipv4.js';
import { emitIpv6, viewIpv6 } from '../../../src/decode/network/ipv6.js';
import {
  emitIpv6Extension,
  emitIpv6Fragment,
  viewIpv6Extension,
  viewIpv6Fragment,
} from '../../../src/decode/network/ipv6-extensions.js';
import { type EmitRow, emitRow } from './row.js';

export const EMITS: EmitRow[] = [
  emitRow('arp', viewArp, emitArp),
  emitRow('ip', viewIpv4, emitIpv4),
  emitRow('ipv6', viewIpv6, emitIpv6),
  emitRow('ipv6.hopopts', viewIpv6Extension, emitIpv6Extension),
  emitRow('ipv6.dstopts', viewIpv6Extension, emitIpv6Extension),
  emitRow('ipv6.routing', viewIpv6Extension, emitIpv6Extension),
  emitRow('mipv6', viewIpv6Extension, emitIpv6Extension),
  emitRow('ipv6.fraghdr', viewIpv6Fragment, emitIpv6Fragment),
  emitRow('ah', viewAuthentication, emitAuthentication),
  emitRow('icmp', viewIcmp, emitIcmp, { part: true }),
  emitRow('icmpv6', viewIcmpv6, emitIcmpv6, { part: true }),
  emitRow('gre', viewGre, emitGre, { part: true }),
  emitRow('esp', viewEsp, emitEsp, { part: true }),
  emitRow('erspan', viewErspan, emitErspan),
  emitRow('vxlan', viewVxlan, emitVxlan),
  emitRow('geneve', viewGeneve, emitGeneve),
  emitRow('l2tp', viewL2tp, emitL2tp, { part: true }),
];
