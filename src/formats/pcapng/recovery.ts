import { logDamage } from '../damage-log.js';
import type { Window } from '../window.js';
import { BLOCK_OVERHEAD } from './block.js';
import { searchBlocks } from './plausible.js';
import type { PcapngScanner } from './scanner.js';

/** Bytes of options that are believed of a packet. */
export const OPTIONS_ROOM = 1024 * 1024;
/** Blocks that must follow each other for damage to be over. */
const REGAIN_CHAIN = 2;

/** The frame of the block at `window.start` is right, its content is not: it is passed over. Returns -1 to go on. */
export function damagedBlock(scanner: PcapngScanner, window: Window, length: number, reason: () => string): number {
  logDamage(scanner.damage, scanner.packets + 1, window.position + window.start, length, reason);
  window.start += length;
  return -1;
}

/** The frame of the block at `window.start` is wrong: what comes next must be searched. Returns -1 to go on. */
export function loseBlocks(scanner: PcapngScanner, window: Window, reason: () => string): number {
  scanner.lost = { offset: window.position + window.start, reason: reason() };
  window.start++;
  return -1;
}

/** Looks for the next block after damage, or for the first one. Returns the bytes needed, 0 when it has been found or nothing is left. */
export function regainBlocks(scanner: PcapngScanner, window: Window): number {
  const { lost } = scanner;
  if (lost === null) return 0;
  const stop = scanner.until - window.position;
  const chain = lost.reason === null ? scanner.chain : REGAIN_CHAIN;
  const found = searchBlocks(window, scanner.little, window.start, Math.min(stop, window.end), chain);
  if (found.verdict === 'more' || (found.verdict === 'no' && !window.final && found.at < stop)) {
    window.start = Math.min(found.at, window.end);
    return window.end - window.start + 1;
  }
  const at = found.verdict === 'yes' ? found.at : Math.min(stop, window.end);
  const { reason } = lost;
  if (reason !== null) {
    logDamage(scanner.damage, scanner.packets + 1, lost.offset, window.position + at - lost.offset, () => reason);
  }
  scanner.lost = null;
  window.start = at;
  scanner.finished = found.verdict !== 'yes';
  return 0;
}

/** The data end before the block at `window.start` does. `need`: bytes that it claims, 0 when its header is not whole. */
export function atEnd(scanner: PcapngScanner, window: Window, need: number): number {
  const at = window.start;
  const { end, position } = window;
  if (at === end) {
    scanner.nextOffset = position + at;
    scanner.finished = true;
    return 0;
  }
  const available = end - at;
  const found = searchBlocks(window, scanner.little, at + 1, end, REGAIN_CHAIN);
  if (found.verdict === 'yes') {
    return loseBlocks(scanner, window, () => `block length ${need} leads past the end, ${available} bytes are there`);
  }
  logDamage(scanner.damage, scanner.packets + 1, position + at, available, () =>
    need > 0
      ? `cut: the block needs ${need} bytes, ${available} are there`
      : `cut: a block needs ${BLOCK_OVERHEAD} bytes, ${available} are there`,
  );
  window.start = end;
  scanner.finished = true;
  return 0;
}

/** Behind a block that was passed over unread: its trailer must repeat its length. Returns the bytes needed, or 0. */
export function checkTrailer(scanner: PcapngScanner, window: Window): number {
  const block = scanner.passedOver;
  if (block === null) return 0;
  const available = window.end - window.start;
  if (available < 4 && !window.final) return 4;
  scanner.passedOver = null;
  const trailer = available < 4 ? 0 : window.view.getUint32(window.start, scanner.little);
  if (trailer === block.length) {
    window.start += 4;
    return 0;
  }
  scanner.lost = {
    offset: block.offset,
    reason:
      available < 4
        ? `cut: the block needs ${block.length} bytes, the file ends before`
        : `block length ${block.length} and its trailer ${trailer} disagree`,
  };
  return 0;
}
