import { setU16, u16 } from '../../bytes/big-endian.js';
import { addWords, checksumField, fold, type Verdict, verdictSummary } from '../checksum.js';
import { field, header, type Input, type Next, type Protocol, type Step } from '../dissector.js';
import { EtherType, IpProtocol } from '../numbers.js';
import { judgeMessage } from './message-checksum.js';
import { PimType, pimBody, pimTypeName, pimTypeText } from './pim-messages.js';

/** Protocol Independent Multicast, version 2: RFC 7761 section 4.9. Offsets in bytes. */
export const Pim = { versionAndType: 0, reserved: 1, checksum: 2, body: 4, length: 4, registerLength: 8 } as const;

export interface PimView {
  version: number;
  type: number;
  reserved: number;
  checksum: number;
  /** What stands behind the checksum, of a register message its 4 bytes of flags; a view, not a copy. */
  body: Uint8Array;
}

/** Where the message itself ends: a register message carries a packet that is not part of it. */
function messageEnd(bytes: Uint8Array, at: number, end: number): number {
  const isRegister = (bytes[at] & 15) === PimType.register;
  return isRegister ? Math.min(end, at + Pim.registerLength) : end;
}

/** The message at `at`, or null when its first 4 bytes do not end by `end`. */
export function viewPim(bytes: Uint8Array, at: number, end: number): PimView | null {
  if (end - at < Pim.length) return null;
  return {
    version: bytes[at] >>> 4,
    type: bytes[at] & 15,
    reserved: bytes[at + Pim.reserved],
    checksum: u16(bytes, at + Pim.checksum),
    body: bytes.subarray(at + Pim.body, messageEnd(bytes, at, end)),
  };
}

/** The message's bytes; `pseudoSum` asks for the checksum on top of it: 0 in IPv4, in IPv6 the sum of the pseudo-header. */
export function emitPim(view: PimView, compute: { pseudoSum?: number } = {}): Uint8Array {
  const bytes = new Uint8Array(Pim.length + view.body.length);
  bytes[0] = (view.version << 4) | view.type;
  bytes[Pim.reserved] = view.reserved;
  bytes.set(view.body, Pim.body);
  const { pseudoSum } = compute;
  const sum = pseudoSum === undefined ? 0 : ~fold(addWords(bytes, 0, bytes.length, pseudoSum)) & 0xffff;
  setU16(bytes, Pim.checksum, pseudoSum === undefined ? view.checksum : sum);
  return bytes;
}

/** RFC 7761 section 4.9: of a register message the first 8 bytes count, but a sum of all of it is accepted too. */
function judge(input: Input): Verdict {
  const { bytes, at, wireEnd, scope } = input;
  const place = at + Pim.checksum;
  const over = (end: number): Verdict => {
    const pseudo = scope.network?.family === 6 ? { protocol: IpProtocol.pim, length: end - at } : undefined;
    return judgeMessage(input, end, place, pseudo);
  };
  const own = over(messageEnd(bytes, at, wireEnd));
  if ((bytes[at] & 15) !== PimType.register || own.state === 'ok') return own;
  const whole = over(wireEnd);
  return whole.state === 'ok' ? whole : own;
}

/** The packet that a register message carries. */
function nextOf(input: Input, at: number): Next | null {
  if (at >= input.wireEnd) return null;
  const version = at < input.end ? input.bytes[at] >>> 4 : 0;
  const key = version === 4 ? EtherType.ipv4 : EtherType.ipv6;
  return { table: version === 4 || version === 6 ? 'etherType' : 'data', key, at, wireEnd: input.wireEnd };
}

const VERSION = 2;

const layerPim = header('PIM header', Pim.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewPim(bytes, at, end)!;
  const verdict = judge(input);
  const { laid, words } = pimBody(
    view.version === VERSION ? view.type : null,
    bytes,
    at + Pim.body,
    messageEnd(bytes, at, end),
  );
  const info = `${pimTypeName(view.type)}  ${words}`.trimEnd();
  const isRegister = view.version === VERSION && view.type === PimType.register && laid.problem === null;
  return {
    layer: {
      name: 'pim',
      title: 'PIM',
      summary: `${info}${verdictSummary(verdict)}`,
      start: at,
      end: laid.at,
      fields: [
        field('PIM Ver', at, 1, view.version),
        field('Type', at, 1, view.type, pimTypeText(view.type)),
        field('Reserved', at + Pim.reserved, 1, view.reserved),
        checksumField('Checksum', at + Pim.checksum, verdict),
        ...laid.fields,
      ],
      problem: laid.problem,
    },
    next: isRegister ? nextOf(input, laid.at) : null,
    column: { info },
  };
});

export const pim: Protocol = { name: 'pim', title: 'PIM', specification: 'RFC 7761', layer: layerPim };
