import type { Window } from '../window.js';
import { BlockType } from './block.js';
import { sectionByteOrder } from './section-header.js';

/** Shortest whole block of a type: what its fixed fields need. */
export function shortestBlock(type: number): number {
  switch (type) {
    case BlockType.interfaceDescription:
      return 20;
    case BlockType.packet:
    case BlockType.enhancedPacket:
      return 32;
    case BlockType.simplePacket:
    case BlockType.customNotCopied:
    case BlockType.custom:
      return 16;
    case BlockType.interfaceStatistics:
      return 24;
    case BlockType.decryptionSecrets:
      return 20;
    case BlockType.sectionHeader:
      return 28;
    default:
      return 12;
  }
}

/** Blocks longer than this are not believed while searching. */
const SEARCH_LIMIT = 2 * 1024 * 1024;

/** Whether a type is one of the draft's. */
export function isKnownType(type: number): boolean {
  if (type <= BlockType.decryptionSecrets) return type !== 0 && type !== 7 && type !== 8;
  return type === BlockType.sectionHeader || type === BlockType.custom || type === BlockType.customNotCopied;
}

/** Length of a plausible block at `at`; 0 when there is none, -1 when the window ends before it can be told. */
function plausibleLength(window: Window, at: number, little: boolean): number {
  const { view, end } = window;
  const type = view.getUint32(at, little);
  if (!isKnownType(type)) return 0;
  let order = little;
  if (type === BlockType.sectionHeader) {
    const told = sectionByteOrder(view, at);
    if (told === null) return 0;
    order = told === 'little';
  }
  const length = view.getUint32(at + 4, order);
  if (length < shortestBlock(type) || (length & 3) !== 0 || length > SEARCH_LIMIT) return 0;
  if (at + length > end) return window.final ? 0 : -1;
  if (view.getUint32(at + length - 4, order) !== length) return 0;
  if (type === BlockType.enhancedPacket && view.getUint32(at + 20, order) > length - 32) return 0;
  return length;
}

/**
 * Looks for the first place from `from` on, before `until`, at which `chain` plausible blocks follow each other, or fewer up to the end of the
 * data. The last one may be cut. `more`: the window ends before it could be decided.
 */
export function searchBlocks(
  window: Window,
  little: boolean,
  from: number,
  until: number,
  chain: number,
): { verdict: 'yes' | 'no' | 'more'; at: number } {
  const { view, end } = window;
  const stop = Math.min(until, end - 11);
  for (let at = from; at < stop; at++) {
    if (!isKnownType(view.getUint32(at, little))) continue;
    let place = at;
    for (let count = 0; ; count++) {
      if (count >= chain || (count > 0 && window.final && place === end)) return { verdict: 'yes', at };
      if (end - place < 12) {
        if (!window.final) return { verdict: 'more', at };
        break;
      }
      const length = plausibleLength(window, place, little);
      if (length < 0) return { verdict: 'more', at };
      if (length === 0) break;
      place += length;
    }
  }
  if (until > stop && !window.final) return { verdict: 'more', at: Math.max(from, stop) };
  return { verdict: 'no', at: Math.max(from, Math.min(until, end)) };
}
