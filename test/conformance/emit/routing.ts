import { emitCdp, viewCdp } from '../../../src/decode/link/cdp.js';
import { emitLldp, viewLldp } from '../../../src/decode/link/lldp.js';
import { emitStp, viewStp } from '../../../src/decode/link/stp.js';
import { emitIgmp, viewIgmp } from '../../../src/decode/network/igmp.js';
import { emitOspf, viewOspf } from '../../../src/decode/network/ospf.js';
import { emitPim, viewPim } from '../../../src/decode/network/pim.js';
import { emitVrrp, viewVrrp } from '../../../src/decode/network/vrrp.js';
import { type EmitRow, emitRow } from './row.js';

export const EMITS: EmitRow[] = [
  emitRow('stp', viewStp, emitStp),
  emitRow('lldp', viewLldp, emitLldp),
  emitRow('cdp', viewCdp, emitCdp),
  emitRow('igmp', viewIgmp, emitIgmp),
  emitRow('vrrp', viewVrrp, emitVrrp),
  emitRow('pim', viewPim, emitPim),
  emitRow('ospf', viewOspf, emitOspf),
];
