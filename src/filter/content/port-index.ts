import { IpProtocol } from '../../decode/numbers.js';

/** A port, or a range of them, that either end of a packet may have. */
export interface PortIndicator {
  first: number;
  last: number;
  /** IP protocol; null: any with ports. */
  protocol: number | null;
  indicator: number;
}

export interface PortIndex {
  find(port: number, protocol: number, found: (indicator: number) => void): void;
}

/** Names of the protocols that a port may be of: `53/udp`. */
export const PORT_PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: IpProtocol.tcp,
  udp: IpProtocol.udp,
  sctp: IpProtocol.sctp,
  dccp: 33,
  udplite: 136,
};

/** Single ports are looked up, ranges walked: of ranges a list has few (see MOST_RANGES). */
export function createPortIndex(ports: readonly PortIndicator[]): PortIndex {
  const single = new Map<number, PortIndicator[]>();
  const ranges: PortIndicator[] = [];
  const wanted = new Uint8Array(65_536);
  for (const port of ports) {
    wanted.fill(1, port.first, port.last + 1);
    if (port.first < port.last) ranges.push(port);
    else if (single.has(port.first)) single.get(port.first)!.push(port);
    else single.set(port.first, [port]);
  }
  return {
    find(port, protocol, found) {
      if (wanted[port] === 0) return;
      for (const each of single.get(port) ?? []) if (fits(each, protocol)) found(each.indicator);
      for (const each of ranges)
        if (port >= each.first && port <= each.last && fits(each, protocol)) found(each.indicator);
    },
  };
}

function fits({ protocol }: PortIndicator, given: number): boolean {
  return protocol === null || protocol === given;
}
