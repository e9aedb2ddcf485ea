import { emitChdlc, viewChdlc } from '../../../src/decode/link/chdlc.js';
import { emitEthernet, viewEthernet } from '../../../src/decode/link/ethernet.js';
import { emitIeee80211, viewIeee80211 } from '../../../src/decode/link/ieee80211.js';
import { emitLlc, viewLlc } from '../../../src/decode/link/llc.js';
import { emitMpls, viewMpls } from '../../../src/decode/link/mpls.js';
import { emitNull, viewLoop, viewNull } from '../../../src/decode/link/null.js';
import { emitPpi, viewPpi } from '../../../src/decode/link/ppi.js';
import { emitPpp, viewPpp } from '../../../src/decode/link/ppp.js';
import { emitPppoe, viewPppoe } from '../../../src/decode/link/pppoe.js';
import { emitRadiotap, viewRadiotap } from '../../../src/decode/link/radiotap.js';
import { emitSll, viewSll } from '../../../src/decode/link/sll.js';
import { emitSll2, viewSll2 } from '../../../src/decode/link/sll2.js';
import { emitVlan, viewVlan } from '../../../src/decode/link/vlan.js';
import { type EmitRow, emitRow } from './row.js';

const SLL2 = emitRow('sll', viewSll2, emitSll2).rewrite;
const SLL = emitRow('sll', viewSll, emitSll).rewrite;
const NULL = emitRow('null', viewNull, emitNull).rewrite;
const LOOP = emitRow('null', viewLoop, emitNull).rewrite;
/** LINKTYPE_LINUX_SLL2 and LINKTYPE_LOOP: the same layer names, other headers. */
const SLL2_LINK = 276;
const LOOP_LINK = 108;

export const EMITS: EmitRow[] = [
  emitRow('eth', viewEthernet, emitEthernet),
  emitRow('vlan', viewVlan, emitVlan),
  emitRow('ieee8021ad', viewVlan, emitVlan),
  emitRow('mpls', viewMpls, emitMpls, { each: 'Label Stack Entry' }),
  emitRow('pppoes', viewPppoe, emitPppoe),
  emitRow('pppoed', viewPppoe, emitPppoe, { part: true }),
  emitRow('ppp', viewPpp, emitPpp, { part: true }),
  emitRow('chdlc', viewChdlc, emitChdlc),
  emitRow('llc', viewLlc, emitLlc),
  emitRow('radiotap', viewRadiotap, emitRadiotap),
  emitRow('ppi', viewPpi, emitPpi),
  emitRow('wlan', viewIeee80211, emitIeee80211, { part: true }),
  { layer: 'sll', rewrite: (bytes, at, end, link) => (link === SLL2_LINK ? SLL2 : SLL)(bytes, at, end, link) },
  { layer: 'null', rewrite: (bytes, at, end, link) => (link === LOOP_LINK ? LOOP : NULL)(bytes, at, end, link) },
];
