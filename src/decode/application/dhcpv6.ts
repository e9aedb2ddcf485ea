import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';

/** DHCP for IPv6: RFC 8415 sections 8 (messages), 9 (relay messages), 21.1 (options). Offsets in bytes. */
export const Dhcpv6 = { msgType: 0, transactionId: 1, length: 4 } as const;
export const Dhcpv6Relay = { msgType: 0, hopCount: 1, linkAddress: 2, peerAddress: 18, length: 34 } as const;

/** Types of messages, by the registry that RFC 8415 section 24 began. */
export const MESSAGES: readonly number[] = [...Array.from({ length: 23 }, (_, i) => i + 1), 36, 37];
const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;
const HIGHEST_OPTION = 170;
export const OPTION_HEADER = 4;
/** What the index pass looks at. */
const MOST_JUDGED = 24;

export function isRelay(type: number): boolean {
  return type === RELAY_FORWARD || type === RELAY_REPLY;
}

/** Options end where the message ends, which noise does not achieve: their numbers and lengths fit one by one. */
const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const relay = isRelay(bytes[start]);
  if (!MESSAGES.includes(bytes[start])) return Likeness.no;
  const sentEnd = start + wireLength;
  let place = start + (relay ? Dhcpv6Relay.length : Dhcpv6.length);
  let count = 0;
  while (place < sentEnd && count < MOST_JUDGED) {
    if (place + OPTION_HEADER > end) return count > 0 ? Likeness.perhaps : Likeness.no;
    const code = u16(bytes, place);
    if (code === 0 || code > HIGHEST_OPTION) return count > 0 ? Likeness.perhaps : Likeness.no;
    place += OPTION_HEADER + u16(bytes, place + 2);
    if (place > sentEnd) return count > 0 ? Likeness.perhaps : Likeness.no;
    count++;
  }
  return count > 1 || (count === 1 && relay) ? Likeness.sure : count === 1 ? Likeness.perhaps : Likeness.no;
};

/** The Dynamic Host Configuration Protocol for IPv6, relay messages and nested options included. */
export const dhcpv6: Application = {
  name: 'dhcpv6',
  title: 'DHCPv6',
  specification: 'RFC 8415',
  udp: { ports: [546, 547], leads: MESSAGES, recognize },
};
