import { u16 } from '../../../src/bytes/big-endian.js';
import { emitDhcp, viewDhcp } from '../../../src/decode/application/dhcp-layer.js';
import { emitDhcpv6, viewDhcpv6 } from '../../../src/decode/application/dhcpv6-layer.js';
import { emitDns, emitDnsStream, viewDns, viewDnsStream } from '../../../src/decode/application/dns-header.js';
import { NtpMode } from '../../../src/decode/application/ntp.js';
import {
  emitNtpControl,
  emitNtpPrivate,
  viewNtpControl,
  viewNtpPrivate,
} from '../../../src/decode/application/ntp-control.js';
import { emitNtp, viewNtp } from '../../../src/decode/application/ntp-layer.js';
import { emitSnmp, viewSnmp } from '../../../src/decode/application/snmp-layer.js';
import { type EmitRow, emitRow, type Rewrite } from './row.js';

const rewriteDns: Rewrite = (bytes, at, end) => {
  if (u16(bytes, at) === end - at - 2) {
    const stream = viewDnsStream(bytes, at, end);
    return stream === null ? null : emitDnsStream(stream);
  }
  const view = viewDns(bytes, at, end);
  return view === null ? null : emitDns(view);
};

const rewriteNtp: Rewrite = (bytes, at, end) => {
  const mode = bytes[at] & 7;
  if (mode === NtpMode.control) {
    const view = viewNtpControl(bytes, at, end);
    return view === null ? null : emitNtpControl(view);
  }
  if (mode === NtpMode.private) {
    const view = viewNtpPrivate(bytes, at, end);
    return view === null ? null : emitNtpPrivate(view);
  }
  const view = viewNtp(bytes, at, end);
  return view === null ? null : emitNtp(view);
};

export const EMITS: EmitRow[] = [
  { layer: 'dns', rewrite: rewriteDns },
  emitRow('mdns', viewDns, emitDns),
  emitRow('llmnr', viewDns, emitDns),
  emitRow('dhcp', viewDhcp, emitDhcp),
  emitRow('dhcpv6', viewDhcpv6, emitDhcpv6),
  { layer: 'ntp', rewrite: rewriteNtp },
  emitRow('snmp', viewSnmp, emitSnmp),
];
