import { setU32, u32 } from '../../bytes/big-endian.js';
import {
  Direct,
  field,
  header,
  type Input,
  type Next,
  named,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { EtherType } from '../numbers.js';

/** Multiprotocol Label Switching: RFC 3032 section 2.1, Traffic Class RFC 5462. One entry; a stack is entries up to the one with the bottom bit. */
export const Mpls = { label: 0, timeToLive: 3, length: 4 } as const;

export interface MplsView {
  label: number;
  trafficClass: number;
  bottomOfStack: boolean;
  timeToLive: number;
}

/** The entry at `at`, or null when its 4 bytes do not end by `end`. */
export function viewMpls(bytes: Uint8Array, at: number, end: number): MplsView | null {
  if (end - at < Mpls.length) return null;
  const word = u32(bytes, at);
  return {
    label: word >>> 12,
    trafficClass: (word >>> 9) & 7,
    bottomOfStack: (word & 0x100) !== 0,
    timeToLive: word & 255,
  };
}

export function emitMpls(view: MplsView): Uint8Array {
  const bytes = new Uint8Array(Mpls.length);
  setU32(
    bytes,
    0,
    ((view.label << 12) | (view.trafficClass << 9) | (Number(view.bottomOfStack) << 8) | view.timeToLive) >>> 0,
  );
  return bytes;
}

/** RFC 3032 section 2.1 and the IANA registry of special-purpose labels. */
const SPECIAL_LABELS: Readonly<Record<number, string>> = {
  0: 'IPv4 Explicit NULL',
  1: 'Router Alert',
  2: 'IPv6 Explicit NULL',
  3: 'Implicit NULL',
  7: 'Entropy Label Indicator',
  13: 'GAL',
  14: 'OAM Alert',
  15: 'Extension',
};

/** More entries than any router pushes: a longer stack is not followed. */
const MAX_ENTRIES = 32;

function entryField(view: MplsView, at: number): Field {
  const label = named(SPECIAL_LABELS, view.label);
  return field('Label Stack Entry', at, Mpls.length, view.label, `label ${label}  ttl ${view.timeToLive}`, [
    field('Label', at, 3, view.label, label),
    field('Traffic Class', at + 2, 1, view.trafficClass),
    field('Bottom of Stack', at + 2, 1, view.bottomOfStack, view.bottomOfStack ? 'set' : 'not set'),
    field('Time to Live', at + Mpls.timeToLive, 1, view.timeToLive),
  ]);
}

/** A label says nothing of its payload: the first nibble is taken for an IP version, anything else for a pseudowire of Ethernet (RFC 4928, RFC 4448). */
function guess(bytes: Uint8Array, at: number, end: number, wireEnd: number): Next {
  const bound = Math.max(at, wireEnd);
  const nibble = at < end ? bytes[at] >>> 4 : -1;
  if (nibble === 4) return { table: 'etherType', key: EtherType.ipv4, at, wireEnd: bound };
  if (nibble === 6) return { table: 'etherType', key: EtherType.ipv6, at, wireEnd: bound };
  // A control word begins with a nibble of zero; without one, at least an Ethernet header must fit.
  if (nibble === 0 && at + CONTROL_WORD <= end && bound - at >= CONTROL_WORD + 14)
    return { table: 'direct', key: Direct.ethernet, at: at + CONTROL_WORD, wireEnd: bound };
  return { table: 'data', key: 0, at, wireEnd: bound };
}

const CONTROL_WORD = 4;

const layerMpls = header('MPLS label stack entry', Mpls.length, (input: Input): Step => {
  const { bytes, at, end, wireEnd } = input;
  const fields: Field[] = [];
  const labels: number[] = [];
  let place = at;
  let bottom = false;
  for (
    let entry = viewMpls(bytes, place, end);
    entry !== null && !bottom && labels.length < MAX_ENTRIES;
    entry = viewMpls(bytes, place, end)
  ) {
    fields.push(entryField(entry, place));
    labels.push(entry.label);
    bottom = entry.bottomOfStack;
    place += Mpls.length;
  }
  const summary = `label ${labels.join(', ')}`;
  const unread = `MPLS label stack: ${MAX_ENTRIES} entries are read at most, what begins at byte ${place} is not`;
  const cut = end - place < Mpls.length;
  const problem = bottom ? null : cut ? shortfall('MPLS label stack entry', Mpls.length, end - place, place) : unread;
  return {
    layer: { name: 'mpls', title: 'MPLS', summary, start: at, end: place, fields, problem },
    next: bottom ? guess(bytes, place, end, wireEnd) : null,
    column: { info: summary },
  };
});

export const mpls: Protocol = { name: 'mpls', title: 'MPLS', specification: 'RFC 3032', layer: layerMpls };
