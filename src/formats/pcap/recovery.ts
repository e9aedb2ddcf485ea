import { logDamage } from '../damage-log.js';
import { STANDARD_PACKET_LIMIT } from '../limits.js';
import type { Window } from '../window.js';
import { beginsAt, followsOn, type Search, searchRecords } from './plausible.js';
import { decodeRecordHeader } from './record.js';
import type { PcapScanner } from './scanner.js';

/** Takes the held row back, so that the record is read again once what follows it is known. */
export function withdraw(scanner: PcapScanner, window: Window): void {
  const { batch } = scanner;
  batch.count--;
  batch.exactTimes.delete(batch.count);
  window.start = batch.recordStart[batch.count];
  scanner.packets--;
  scanner.last = scanner.before;
  scanner.held = false;
}

/** Stops for want of bytes: the held record and all behind it stay in the window. */
function wait(scanner: PcapScanner, window: Window): number {
  if (scanner.held) withdraw(scanner, window);
  return window.end - window.start + 1;
}

function searchOf(scanner: PcapScanner, chain: number): Search {
  return {
    layout: scanner.layout,
    last: scanner.held ? scanner.before : scanner.last,
    allowLonger: scanner.allowLonger,
    chain,
  };
}

/** Goes on at `at`, with everything from `offset` on reported as damage. */
function resume(scanner: PcapScanner, window: Window, offset: number, at: number, reason: () => string): number {
  const skipped = window.position + at - offset;
  logDamage(scanner.damage, scanner.packets + 1, offset, skipped, reason);
  window.start = at;
  scanner.held = false;
  // What the search has found is not to be doubted again for its time.
  scanner.proven = window.position + at + 1;
  return -1;
}

/**
 * Decides about the odd header at `window.start`: a record after all, or damage, and whether its own or that of the held record, whose length led
 * here. Returns the bytes needed, or -1 to go on.
 */
export function settle(scanner: PcapScanner, window: Window): number {
  const { layout } = scanner;
  const at = window.start;
  const header = decodeRecordHeader(window.view, at, layout);
  const impossible = header.capturedLength > layout.limit;
  let reached = at + layout.headerLength + header.capturedLength;
  if (header.capturedLength > header.originalLength && !scanner.allowLonger) {
    // The original length may be the true one, while the captured length leads to some other record by chance.
    const next = at + layout.headerLength + header.originalLength;
    const verdict =
      next + layout.headerLength <= window.end ? beginsAt(searchOf(scanner, 0), window, next, reached) : 'no';
    if (verdict === 'more') return wait(scanner, window);
    if (verdict === 'yes') {
      return resume(scanner, window, window.position + at, next, () => describe(scanner, window, at));
    }
  }
  if (!impossible) {
    const chain = followsOn(layout, window, at, scanner.last);
    if (chain.verdict === 'more') return wait(scanner, window);
    reached = Math.max(reached, chain.end);
    if (chain.verdict === 'yes') {
      scanner.proven = window.position + chain.end;
      if (header.capturedLength > header.originalLength) scanner.allowLonger = true;
      scanner.held = false;
      return -1;
    }
  }
  const heldAt = scanner.held ? scanner.batch.recordStart[scanner.batch.count - 1] : at;
  if (scanner.held) {
    const need = settleHeld(scanner, window, heldAt);
    if (need !== 0) return need;
  }
  const from = Math.max(heldAt + 1, scanner.searched - window.position);
  const until = impossible ? at : at + layout.headerLength + STANDARD_PACKET_LIMIT;
  const found = from < until ? searchRecords(searchOf(scanner, 0), window, from, until, at) : NOTHING_FOUND;
  if (found.verdict === 'more') return wait(scanner, window);
  if (found.verdict === 'yes' && found.at < at) {
    const length = scanner.batch.length[scanner.batch.count - 1];
    withdraw(scanner, window);
    return resume(
      scanner,
      window,
      window.position + heldAt,
      found.at,
      () => `captured length ${length} leads to no record`,
    );
  }
  const offset = window.position + at;
  if (found.verdict === 'yes') {
    return resume(scanner, window, offset, found.at, () => describe(scanner, window, at));
  }
  scanner.held = false;
  if (impossible) {
    scanner.lost = { offset, reason: describe(scanner, window, at) };
    window.start = at + 1;
  } else {
    scanner.searched = window.position + until;
    // Nothing better was found: what follows by its lengths is taken as it is.
    scanner.proven = window.position + reached;
  }
  return -1;
}

/** A held record that claims to be cut, and behind whose original length a record begins, was not cut: its captured length is wrong. 0: it is not so. */
function settleHeld(scanner: PcapScanner, window: Window, heldAt: number): number {
  const { batch, layout } = scanner;
  const row = batch.count - 1;
  const length = batch.length[row];
  const next = heldAt + layout.headerLength + batch.originalLength[row];
  if (batch.originalLength[row] <= length || next + layout.headerLength > window.end) return 0;
  const verdict = beginsAt(searchOf(scanner, 0), window, next, 0);
  if (verdict === 'more') return wait(scanner, window);
  if (verdict === 'no') return 0;
  withdraw(scanner, window);
  return resume(scanner, window, window.position + heldAt, next, () => `captured length ${length} leads to no record`);
}

const NOTHING_FOUND = { verdict: 'no', at: 0 } as const;

function describe(scanner: PcapScanner, window: Window, at: number): string {
  const { layout } = scanner;
  const header = decodeRecordHeader(window.view, at, layout);
  if (header.seconds === scanner.magic) return 'a second pcap file header stands between the records';
  if (header.capturedLength > layout.limit) {
    return `captured length ${header.capturedLength} is more than the limit of ${layout.limit}`;
  }
  return `captured length ${header.capturedLength}, original length ${header.originalLength} and ${header.seconds} s are no record header`;
}

/** Looks for the next record after damage, or for the first one. Returns the bytes needed, 0 when it has been found or nothing is left. */
export function regain(scanner: PcapScanner, window: Window): number {
  const { lost } = scanner;
  if (lost === null) return 0;
  const stop = scanner.until - window.position;
  const search = searchOf(scanner, lost.reason === null ? scanner.chain : 0);
  const found = searchRecords(search, window, window.start, Math.min(stop, window.end), 0);
  if (found.verdict === 'yes') {
    const reason = lost.reason;
    scanner.lost = null;
    if (reason === null) window.start = found.at;
    else resume(scanner, window, lost.offset, found.at, () => reason);
    return 0;
  }
  if (found.verdict === 'more' || (!window.final && found.at < stop)) {
    window.start = Math.min(found.at, window.end);
    return window.end - window.start + 1;
  }
  const end = Math.min(stop, window.end);
  const reason = lost.reason;
  if (reason !== null) {
    const skipped = window.position + end - lost.offset;
    logDamage(scanner.damage, scanner.packets + 1, lost.offset, skipped, () => reason);
  }
  window.start = end;
  scanner.finished = true;
  return 0;
}

/** The end of the data has come. `need`: bytes that the record at `window.start` claims, 0 when its header is not whole. */
export function finish(scanner: PcapScanner, window: Window, need: number): number {
  const at = window.start;
  const { end, position } = window;
  if (at === end || position + at >= scanner.until) {
    scanner.nextOffset = position + at;
    scanner.finished = true;
    return 0;
  }
  const heldAt = scanner.held ? scanner.batch.recordStart[scanner.batch.count - 1] : at;
  const from = Math.max(heldAt + 1, scanner.searched - position);
  const found = searchRecords(searchOf(scanner, 0), window, from, end, scanner.held ? at : 0);
  if (found.verdict === 'yes') {
    if (scanner.held) withdraw(scanner, window);
    const length = decodeRecordHeader(window.view, heldAt, scanner.layout).capturedLength;
    return resume(scanner, window, position + heldAt, found.at, () => `captured length ${length} leads to no record`);
  }
  const available = end - at;
  logDamage(scanner.damage, scanner.packets + 1, position + at, available, () =>
    need > 0
      ? `cut: the record needs ${need} bytes, ${available} are there`
      : `cut: a record header needs ${scanner.layout.headerLength} bytes, ${available} are there`,
  );
  window.start = end;
  scanner.finished = true;
  return 0;
}
