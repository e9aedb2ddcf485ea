import fc from 'fast-check';
import { xxhash3 } from 'hash-wasm';
import { parseAddress } from '../../src/bytes/address.js';
import { createFlowIdHasher } from '../../src/table/flow-id.js';

function wordsOf(...addresses: string[]): Uint32Array {
  return Uint32Array.from(addresses.flatMap((address) => [...parseAddress(address).words]));
}

/** The message that is hashed, built by hand from text. */
function endpoint(hex: string, port: number): string {
  return hex + port.toString(16).padStart(4, '0');
}

function hashHex(hex: string): Promise<string> {
  return xxhash3(Buffer.from(hex, 'hex'));
}

test('the hash function is XXH3-64 with seed 0', async () => {
  // xxHash's own vectors: of the empty message, and of a message of 1 to 3 bytes.
  expect(await xxhash3('')).toBe('2d06800538d394c2');
  expect(await xxhash3('a')).toBe('e6c632b61e964e1f');
  expect(await xxhash3('abc')).toBe('78af5f94892f3950');
});

test('IPv4: smaller endpoint, larger endpoint, protocol', async () => {
  const flowId = await createFlowIdHasher();
  const words = wordsOf('192.168.3.9', '10.0.12.7');
  const expected = await hashHex(`${endpoint('0a000c07', 50122)}${endpoint('c0a80309', 443)}06`);
  expect(flowId(words, 0, 443, 1, 50122, 6)).toBe(expected);
  expect(flowId(words, 1, 50122, 0, 443, 6)).toBe(expected);
  expect(expected).toMatch(/^[0-9a-f]{16}$/);
});

test('IPv6 has 16 bytes an address', async () => {
  const flowId = await createFlowIdHasher();
  const words = wordsOf('2001:db8::1', 'fe80::2');
  const low = endpoint('20010db8000000000000000000000001', 5353);
  const high = endpoint('fe800000000000000000000000000002', 53);
  expect(flowId(words, 1, 53, 0, 5353, 17)).toBe(await hashHex(`${low}${high}11`));
});

test('equal addresses are ordered by port; no ports are port 0', async () => {
  const flowId = await createFlowIdHasher();
  const words = wordsOf('127.0.0.1');
  const expected = await hashHex(`${endpoint('7f000001', 80)}${endpoint('7f000001', 256)}06`);
  expect(flowId(words, 0, 256, 0, 80, 6)).toBe(expected);
  expect(flowId(words, 0, 0, 0, 0, 1)).toBe(await hashHex('7f00000100007f000001000001'));
});

test('an IPv4-mapped IPv6 address counts as IPv4, also opposite a true IPv6 one', async () => {
  const flowId = await createFlowIdHasher();
  const words = wordsOf('::ffff:10.0.0.1', '10.0.0.1', '0a00::1');
  expect(flowId(words, 0, 1, 2, 2, 6)).toBe(flowId(words, 1, 1, 2, 2, 6));
  // Bytes in lexicographic order: 0a 00 00 00 … comes before 0a 00 00 01.
  const v6 = endpoint('0a000000000000000000000000000001', 2);
  expect(flowId(words, 1, 1, 2, 2, 6)).toBe(await hashHex(`${v6}${endpoint('0a000001', 1)}06`));
});

test('a shorter endpoint that begins a longer one comes first', async () => {
  const flowId = await createFlowIdHasher();
  const words = wordsOf('10.0.0.1', '0a00:0001:0203::');
  const v4 = endpoint('0a000001', 0x0203);
  const v6 = endpoint('0a000001020300000000000000000000', 0);
  const expected = await hashHex(`${v4}${v6}06`);
  expect(flowId(words, 0, 0x0203, 1, 0, 6)).toBe(expected);
  expect(flowId(words, 1, 0, 0, 0x0203, 6)).toBe(expected);
});

test('unidirectional: source, then destination', async () => {
  const flowId = await createFlowIdHasher();
  const words = wordsOf('192.168.3.9', '10.0.12.7');
  const down = await hashHex(`${endpoint('c0a80309', 443)}${endpoint('0a000c07', 50122)}06`);
  const up = await hashHex(`${endpoint('0a000c07', 50122)}${endpoint('c0a80309', 443)}06`);
  expect(flowId(words, 0, 443, 1, 50122, 6, true)).toBe(down);
  expect(flowId(words, 1, 50122, 0, 443, 6, true)).toBe(up);
});

test('both directions of any flow have one ID', async () => {
  const flowId = await createFlowIdHasher();
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  const port = fc.integer({ min: 0, max: 65_535 });
  fc.assert(
    fc.property(address, port, address, port, fc.integer({ min: 0, max: 255 }), (a, aPort, b, bPort, protocol) => {
      const words = wordsOf(a, b);
      expect(flowId(words, 0, aPort, 1, bPort, protocol)).toBe(flowId(words, 1, bPort, 0, aPort, protocol));
    }),
  );
});
