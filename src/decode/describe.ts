import type { Dissection } from './dissect.js';

/** One packet on one line, for a list. */
export interface PacketLine {
  /** IP or MAC address as text; null without one. */
  source: string | null;
  sourcePort: number | null;
  destination: string | null;
  destinationPort: number | null;
  /** Title of the innermost decoded protocol: "TCP". */
  protocol: string;
  /** "[P.] 1448 bytes", "who has 10.0.0.1, tell 10.0.0.2"; behind it in brackets what is wrong with a header. */
  info: string;
}

/** The line of a packet that has been dissected. */
export function describePacket({ column, layers, protocol }: Dissection): PacketLine {
  const quoting = layers.findIndex(({ name }) => name === 'icmp' || name === 'icmpv6');
  // An error quotes as little as 8 bytes of a TCP header (RFC 792): a quote that ends early is no damage of this packet.
  const own = quoting < 0 ? layers : layers.slice(0, quoting + 1);
  const problem = own.find((layer) => layer.problem !== null)?.problem ?? null;
  const info = column.info ?? layers.at(-1)?.summary ?? 'no bytes';
  return {
    source: column.source ?? null,
    sourcePort: column.sourcePort ?? null,
    destination: column.destination ?? null,
    destinationPort: column.destinationPort ?? null,
    protocol,
    info: problem === null ? info : `${info}  [${problem}]`,
  };
}
