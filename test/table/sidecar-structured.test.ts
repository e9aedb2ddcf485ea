import fc from 'fast-check';
import { decodeStructured, encodeStructured } from '../../src/table/sidecar/structured.js';

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.string(),
  fc.bigInt(-(1n << 100n), 1n << 100n),
  fc.uint8Array({ maxLength: 9 }),
  fc.uint32Array({ maxLength: 9 }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, tie('list'), tie('map'), tie('record')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.array(fc.tuple(fc.integer(), tie('value')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  record: fc.dictionary(
    fc.string().filter((key) => key !== '$'),
    tie('value'),
    { maxKeys: 4, noNullPrototype: true },
  ),
}));

test('structured data comes back as it was given', () => {
  fc.assert(fc.property(value, (given) => expect(decodeStructured(encodeStructured(given))).toEqual(given)));
});

test('a key that would be a prototype is a key', () => {
  const decoded = decodeStructured(new TextEncoder().encode('{"__proto__":{"polluted":1}}'));
  expect(Object.keys(decoded as object)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
});

test('what is no plain data is refused', () => {
  expect(() => encodeStructured({ run: () => 1 })).toThrow('a function cannot be kept in a sidecar');
  expect(() => encodeStructured({ $: 1 })).toThrow('the key $');
});
