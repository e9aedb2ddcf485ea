import { field, type Input, type LayerFunction, type Protocol, type Step } from '../dissector.js';
import { EtherType } from '../numbers.js';

/** LINKTYPE_RAW: an IP header stands first, its version in the first four bits; there is no link header. */
const VERSIONS: Readonly<Record<number, number>> = { 4: EtherType.ipv4, 6: EtherType.ipv6 };

const layerRaw: LayerFunction = (input: Input): Step => {
  const { bytes, at, end } = input;
  const version = at < end ? bytes[at] >>> 4 : -1;
  const type = VERSIONS[version];
  const known = type !== undefined;
  return {
    layer: {
      name: 'raw',
      title: 'Raw IP',
      summary: known ? `IPv${version}` : 'no IP version',
      start: at,
      end: at,
      fields:
        at < end ? [field('Version', at, 0, version, known ? `IPv${version}` : `${version}, neither 4 nor 6`)] : [],
      problem: known || at >= end ? null : `IP version: ${version}, 4 or 6 required, at byte ${at}`,
    },
    next: known
      ? { table: 'etherType', key: type, at, wireEnd: input.wireEnd }
      : { table: 'data', key: 0, at, wireEnd: input.wireEnd },
  };
};

export const rawIp: Protocol = { name: 'raw', title: 'Raw IP', specification: 'LINKTYPE_RAW', layer: layerRaw };
