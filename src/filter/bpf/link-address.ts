import { allOf, anyOf, type Condition, equals, equalsUnderMask, type LinkEnd, load, not, test } from './condition.js';

/** Six bytes of a link-layer address as (first two, last four). */
export interface Mac {
  readonly high: number;
  readonly low: number;
}

export const BROADCAST: Mac = { high: 0xffff, low: 0xffffffff };

/** What is asked of six bytes at this offset of the link-layer header. */
type AddressTest = (offset: number) => Condition;

export const macAt =
  ({ high, low }: Mac): AddressTest =>
  (offset) =>
    allOf(equals(load('link', offset + 2, 4), low), equals(load('link', offset, 2), high));

/** The lowest bit of the first byte: a group address. */
export const groupAt: AddressTest = (offset) => bit(offset, 1);

const bit = (offset: number, mask: number): Condition => test(load('link', offset, 1), 'any-bit', mask);
const frameControl = (offset: number, mask: number, value: number): Condition =>
  equalsUnderMask(load('link', offset, 1), mask, value);

/** IEEE 802.11 section 9.3: which of the four addresses is the source depends on the frame's type and its To DS and From DS bits. */
function source(address: AddressTest): Condition {
  const fromDs = anyOf(allOf(not(bit(1, 1)), address(16)), allOf(bit(1, 1), address(24)));
  const data = anyOf(allOf(not(bit(1, 2)), address(10)), allOf(bit(1, 2), fromDs));
  return allOf(not(bit(0, 4)), anyOf(allOf(not(bit(0, 8)), address(10)), allOf(bit(0, 8), data)));
}

function destination(address: AddressTest): Condition {
  const data = anyOf(allOf(not(bit(1, 1)), address(4)), allOf(bit(1, 1), address(16)));
  return allOf(not(bit(0, 4)), anyOf(allOf(not(bit(0, 8)), address(4)), allOf(bit(0, 8), data)));
}

const isControl = (): Condition => frameControl(0, 0x0c, 0x04);

/** CTS and ACK frames have no second address. */
function second(address: AddressTest): Condition {
  const hasNone = allOf(isControl(), anyOf(frameControl(0, 0xf0, 0xc0), frameControl(0, 0xf0, 0xd0)));
  return allOf(not(hasNone), address(10));
}

/** A test of one address of an 802.11 header. */
export function wlanAddress(end: LinkEnd, address: AddressTest): Condition {
  switch (end) {
    case 'source':
      return source(address);
    case 'destination':
      return destination(address);
    case 'addr1':
      return address(4);
    case 'addr2':
      return second(address);
    case 'addr3':
      return allOf(not(isControl()), address(16));
    case 'addr4':
      return allOf(frameControl(1, 3, 3), address(24));
    // Management frames have neither receiver nor transmitter.
    case 'ra':
      return allOf(bit(0, 8), address(4));
    case 'ta':
      return allOf(bit(0, 8), second(address));
  }
}
