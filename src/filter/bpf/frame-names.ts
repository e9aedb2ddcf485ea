/** Names of 802.11 frame types, subtypes and directions, as bits of the frame control field (IEEE 802.11 section 9.2.4.1), and of LLC frames. */

function table(list: string): ReadonlyMap<string, number> {
  const pairs = list.split(/\s+/).filter(Boolean);
  return new Map(
    pairs.map((pair): [string, number] => {
      const [name, value] = pair.split('=');
      return [name, Number(value)];
    }),
  );
}

const MANAGEMENT = 0;
const CONTROL = 4;
const DATA = 8;

export const FRAME_TYPES = table(`mgt=0 management=0 ctl=4 control=4 data=8`);

const SUBTYPES: ReadonlyMap<number, ReadonlyMap<string, number>> = new Map([
  [
    MANAGEMENT,
    table(`assoc-req=0 assocreq=0 assoc-resp=0x10 assocresp=0x10 reassoc-req=0x20 reassocreq=0x20 reassoc-resp=0x30 reassocresp=0x30
      probe-req=0x40 probereq=0x40 probe-resp=0x50 proberesp=0x50 beacon=0x80 atim=0x90 disassoc=0xa0 disassociation=0xa0
      auth=0xb0 authentication=0xb0 deauth=0xc0 deauthentication=0xc0`),
  ],
  [CONTROL, table(`ps-poll=0xa0 rts=0xb0 cts=0xc0 ack=0xd0 cf-end=0xe0 cf-end-ack=0xf0`)],
  [
    DATA,
    table(`data=0 data-cf-ack=0x10 data-cf-poll=0x20 data-cf-ack-poll=0x30 null=0x40 cf-ack=0x50 cf-poll=0x60 cf-ack-poll=0x70
      qos-data=0x80 qos-data-cf-ack=0x90 qos-data-cf-poll=0xa0 qos-data-cf-ack-poll=0xb0 qos=0xc0 qos-cf-poll=0xe0 qos-cf-ack-poll=0xf0`),
  ],
]);

/** Subtypes of one type, without the bits of the type. */
export const frameSubtype = (type: number): ReadonlyMap<string, number> => SUBTYPES.get(type) ?? new Map();

/** All subtypes, with the bits of their type. */
export const FRAME_SUBTYPES: ReadonlyMap<string, number> = new Map(
  [...SUBTYPES].flatMap(([type, names]) => [...names].map(([name, bits]): [string, number] => [name, type | bits])),
);

export const FRAME_DIRECTIONS = table(`nods=0 tods=1 fromds=2 dstods=3`);

/** Supervisory and unnumbered LLC frames by the control field (IEEE 802.2 section 5.4): value and mask. */
const SUPERVISORY = table('rr=0x01 rnr=0x05 rej=0x09');
const UNNUMBERED = table('ui=0x03 ua=0x63 disc=0x43 dm=0x0f sabme=0x6f test=0xe3 xid=0xaf frmr=0x87');

/** What the control field must be, under a mask. */
export const LLC_FRAMES: ReadonlyMap<string, { mask: number; value: number }> = new Map([
  ['i', { mask: 0x01, value: 0 }],
  ['s', { mask: 0x03, value: 1 }],
  ['u', { mask: 0x03, value: 3 }],
  ...[...SUPERVISORY].map(([name, value]): [string, { mask: number; value: number }] => [name, { mask: 0x0f, value }]),
  ...[...UNNUMBERED].map(([name, value]): [string, { mask: number; value: number }] => [name, { mask: 0xef, value }]),
]);
