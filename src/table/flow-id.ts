import { writeAddress } from './address-bytes.js';

/**
 * Flow ID: XXH3-64 (seed 0) over `min(endpoint) || max(endpoint) || protocol`, as 16 lower-case hex digits. An endpoint is the address as 4 or 16
 * big-endian bytes (an IPv4-mapped IPv6 address counts as IPv4), then the port as 2 big-endian bytes; protocol is 1 byte. The smaller endpoint is
 * the one whose bytes come first in lexicographic order. `unidirectional` hashes source, then destination, as they are.
 *
 * `source` and `destination` are ordinals in `words` (four 32-bit words an address, see AddressColumns). Ports are 0 where there are none.
 */
export type FlowIdHasher = (
  words: Uint32Array,
  source: number,
  sourcePort: number,
  destination: number,
  destinationPort: number,
  protocol: number,
  unidirectional?: boolean,
) => string;

const LONGEST_ENDPOINT = 18;

/** Loads the hash function (WebAssembly) and returns the hasher. The hasher is synchronous and may be kept. */
export async function createFlowIdHasher(): Promise<FlowIdHasher> {
  const { default: hashWasm } = await import('hash-wasm/dist/xxhash3.umd.min.js');
  const hash = await hashWasm.createXXHash3();
  const low = new Uint8Array(LONGEST_ENDPOINT);
  const high = new Uint8Array(LONGEST_ENDPOINT);
  const message = new Uint8Array(2 * LONGEST_ENDPOINT + 1);
  return function flowId(words, source, sourcePort, destination, destinationPort, protocol, unidirectional = false) {
    const lowLength = writeEndpoint(words, source, sourcePort, low);
    const highLength = writeEndpoint(words, destination, destinationPort, high);
    const swap = !unidirectional && comparePrefix(low, lowLength, high, highLength) > 0;
    const length = lowLength + highLength;
    copy(low, lowLength, message, swap ? highLength : 0);
    copy(high, highLength, message, swap ? 0 : lowLength);
    message[length] = protocol;
    return hash
      .init()
      .update(message.subarray(0, length + 1))
      .digest('hex');
  };
}

function writeEndpoint(words: Uint32Array, address: number, port: number, target: Uint8Array): number {
  const length = writeAddress(words, address, target, 0);
  target[length] = port >>> 8;
  target[length + 1] = port;
  return length + 2;
}

function copy(from: Uint8Array, length: number, target: Uint8Array, at: number): void {
  for (let i = 0; i < length; i++) target[at + i] = from[i];
}

/** Lexicographic order of the first bytes of two arrays; a proper prefix comes first. */
function comparePrefix(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  const shared = Math.min(aLength, bLength);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return aLength - bLength;
}
