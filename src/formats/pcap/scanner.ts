import { nanosFromParts } from '../../time.js';
import { type PacketBatch, setExactTime } from '../batch.js';
import type { DamageLog } from '../damage-log.js';
import type { ByteOrder, PcapHeader } from '../model.js';
import type { Scanner, Window } from '../window.js';
import { NEAR_SECONDS } from './plausible.js';
import { type RecordLayout, recordLayout } from './record.js';
import { finish, regain, settle, withdraw } from './recovery.js';

export interface PcapScannerOptions {
  header: PcapHeader;
  byteOrder: ByteOrder;
  batch: PacketBatch;
  damage: DamageLog;
  /** Records that begin at or behind this offset are not read. */
  until: number;
  /** Find the first record by looking for a chain of so many plausible ones; 0: the window begins at a record. */
  chain: number;
}

/** What a scanner of pcap records knows between two windows. Offsets are offsets in the source. */
export interface PcapScanner extends Scanner {
  readonly layout: RecordLayout;
  readonly magic: number;
  readonly batch: PacketBatch;
  readonly damage: DamageLog;
  readonly until: number;
  readonly chain: number;
  finished: boolean;
  nextOffset: number | null;
  packets: number;
  /** Seconds of the last record, and of the one before it; null where there is none. */
  last: number | null;
  before: number | null;
  /** The file has shown captured lengths above original ones. */
  allowLonger: boolean;
  /** The last row of the batch is not proven yet. */
  held: boolean;
  /** Records are proven up to here, however odd they look. */
  proven: number;
  /** Up to here nothing but what was read looks like a record. */
  searched: number;
  /** Where the records were lost, and why; null while they are found. Without a reason: at the beginning. */
  lost: { offset: number; reason: string | null } | null;
}

/** A scanner of the records behind a pcap file header. It fills `options.batch` and allocates nothing for a packet. */
export function createPcapScanner(options: PcapScannerOptions): Scanner {
  const scanner: PcapScanner = {
    layout: recordLayout(options.header, options.byteOrder),
    magic: options.header.magic,
    batch: options.batch,
    damage: options.damage,
    until: options.until,
    chain: options.chain,
    finished: false,
    nextOffset: null,
    packets: 0,
    last: null,
    before: null,
    allowLonger: false,
    held: false,
    proven: 0,
    searched: 0,
    lost: options.chain > 0 ? { offset: 0, reason: null } : null,
    scan: (window, rows) => scan(scanner, window, rows),
  };
  return scanner;
}

function scan(scanner: PcapScanner, window: Window, rows: number): number {
  for (;;) {
    if (scanner.lost !== null) {
      const need = regain(scanner, window);
      if (need > 0 || scanner.finished) return need;
    }
    const need = scanRecords(scanner, window, rows);
    if (need >= 0) return need;
  }
}

/**
 * The hot loop. A record is proven when the header behind it is plausible, or when the data end with it; until then its row is held. Returns the
 * bytes needed; 0 when the batch is full or nothing is left; -1 when the loop has to begin again after damage.
 */
function scanRecords(scanner: PcapScanner, window: Window, rows: number): number {
  const { layout, batch, proven } = scanner;
  const { view, end, position } = window;
  const { little, headerLength, capturedAt, originalAt, maybeSwapped, limit, fractionUnits, nanosecondsPerUnit } =
    layout;
  const { start, length, originalLength, recordStart, recordLength, seconds, nanoseconds, flags, number } = batch;
  const stop = scanner.until - position;
  const lastHeader = end - headerLength;
  let at = window.start;
  let count = batch.count;
  let packets = scanner.packets;
  let known = scanner.last !== null;
  let last = scanner.last ?? 0;
  let before = last;
  let held = false;
  let need = 0;
  let odd = false;
  while (at <= lastHeader) {
    const second = view.getUint32(at, little);
    const fraction = view.getUint32(at + 4, little);
    let captured = view.getUint32(at + capturedAt, little);
    let original = view.getUint32(at + originalAt, little);
    if (maybeSwapped && captured > original) [captured, original] = [original, captured];
    if (
      (captured > limit ||
        captured > original ||
        fraction >= fractionUnits ||
        ((second - last + NEAR_SECONDS) >>> 0 > 2 * NEAR_SECONDS && known)) &&
      position + at >= proven
    ) {
      odd = true;
      break;
    }
    const next = at + headerLength + captured;
    if (at >= stop || count >= rows) {
      held = false;
      break;
    }
    if (next > end) {
      held = false;
      need = next - at;
      break;
    }
    if (fraction < fractionUnits) {
      seconds[count] = second;
      nanoseconds[count] = fraction * nanosecondsPerUnit;
      flags[count] = 0;
    } else {
      setExactTime(batch, count, nanosFromParts(second, 0) + BigInt(fraction) * BigInt(nanosecondsPerUnit));
    }
    recordStart[count] = at;
    recordLength[count] = next - at;
    start[count] = at + headerLength;
    length[count] = captured;
    originalLength[count] = original;
    number[count] = ++packets;
    count++;
    before = known ? last : second;
    last = second;
    known = true;
    held = true;
    at = next;
  }
  batch.count = count;
  scanner.packets = packets;
  scanner.last = known ? last : null;
  scanner.before = known ? before : null;
  scanner.held = held;
  window.start = at;
  if (odd) return settle(scanner, window);
  if (need === 0 && at <= lastHeader) {
    if (at >= stop) {
      scanner.nextOffset = position + at;
      scanner.finished = true;
    }
    return 0;
  }
  if (window.final) return finish(scanner, window, need);
  if (held) withdraw(scanner, window);
  return Math.max(need, end - window.start + 1);
}
