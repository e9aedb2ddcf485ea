import { allOf, anyOf, type Condition, equals, load, not, test } from './condition.js';
import type { LinkModel } from './link-model.js';

interface Mac {
  readonly high: number;
  readonly low: number;
}

const macAt = (offset: number, { high, low }: Mac): Condition =>
  allOf(equals(load('link', offset + 2, 4), low), equals(load('link', offset, 2), high));

const bit = (offset: number, mask: number): Condition => test(load('link', offset, 1), 'any-bit', mask);

/** IEEE 802.11 section 9.3: which of the four addresses is the source depends on the frame's type and its To DS and From DS bits. */
function wlanSource(mac: Mac): Condition {
  const fromDs = anyOf(allOf(not(bit(1, 1)), macAt(16, mac)), allOf(bit(1, 1), macAt(24, mac)));
  const data = anyOf(allOf(not(bit(1, 2)), macAt(10, mac)), allOf(bit(1, 2), fromDs));
  return allOf(not(bit(0, 4)), anyOf(allOf(not(bit(0, 8)), macAt(10, mac)), allOf(bit(0, 8), data)));
}

function wlanDestination(mac: Mac): Condition {
  const data = anyOf(allOf(not(bit(1, 1)), macAt(4, mac)), allOf(bit(1, 1), macAt(16, mac)));
  return allOf(not(bit(0, 4)), anyOf(allOf(not(bit(0, 8)), macAt(4, mac)), allOf(bit(0, 8), data)));
}

/** Tests a link-layer address on one link type, or returns null where it has none. */
export function linkAddressTest(model: LinkModel | null, end: 'source' | 'destination', mac: Mac): Condition | null {
  if (!model || model.addresses === null) return null;
  if (model.addresses === '802.11') return end === 'source' ? wlanSource(mac) : wlanDestination(mac);
  return macAt(model.addresses[end], mac);
}
