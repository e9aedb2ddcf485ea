import { type Dissection, type DissectOptions, dissection } from './dissect.js';

/** One packet on one line, for a preview. */
export interface PacketLine {
  /** "10.0.12.7:50122", "[2001:db8::1]:443", a MAC address, or empty. */
  source: string;
  destination: string;
  /** Title of the innermost decoded protocol: "TCP". */
  protocol: string;
  /** "[P.] 1448 bytes", "who has 10.0.0.1, tell 10.0.0.2". */
  info: string;
}

function endpoint(address: string | undefined, port: number | undefined): string {
  if (address === undefined || port === undefined) return address ?? '';
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The line of a packet that has been dissected. What is wrong with a header takes the place of the words about it. */
export function describeDissection(packet: Dissection): PacketLine {
  const { column, layers } = packet;
  const problem = layers.find((layer) => layer.problem !== null)?.problem;
  const info = column.info ?? layers[layers.length - 1]?.summary ?? 'no bytes';
  return {
    source: endpoint(column.source, column.sourcePort),
    destination: endpoint(column.destination, column.destinationPort),
    protocol: packet.protocol,
    info: problem === undefined ? info : `${info}  [${problem}]`,
  };
}

/** The line of the packet `bytes`; arguments as of `dissect`. */
export function describe(
  bytes: Uint8Array,
  linkType: number,
  originalLength?: number,
  options?: DissectOptions,
): PacketLine {
  return describeDissection(dissection(bytes, linkType, originalLength, options));
}
