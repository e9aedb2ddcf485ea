import fc from 'fast-check';
import { escapeSentence } from '../../src/bytes/escape.js';
import { describePacket } from '../../src/decode/describe.js';
import { type Dissection, dissection, MAX_LAYERS } from '../../src/decode/dissect.js';
import type { Field } from '../../src/decode/layer.js';
import { findCorpora, readCorpusPackets } from '../support/corpus-packets.js';

/** Whatever the bytes, a dissection ends, stays within the frame and gives harmless text. Longer on demand: PCAPSH_FUZZ=20. */
const EFFORT = Number(process.env.PCAPSH_FUZZ ?? 1);
const SEED = 20_240_101;
const LINK_TYPES = [0, 1, 9, 12, 50, 51, 101, 105, 108, 113, 119, 127, 163, 192, 204, 228, 229, 276, 9999];

function checkFields(fields: Field[], length: number): void {
  for (const field of fields) {
    const isWithin = field.start >= 0 && field.start <= field.end && field.end <= length;
    if (!isWithin || escapeSentence(field.text) !== field.text) {
      throw new Error(
        `field ${field.name} [${field.start}, ${field.end}) "${field.text}" of a frame of ${length} bytes`,
      );
    }
    if (field.fields !== undefined) checkFields(field.fields, length);
  }
}

function check(packet: Dissection, length: number): void {
  expect(packet.layers.length).toBeLessThanOrEqual(MAX_LAYERS);
  for (const layer of packet.layers) {
    const isWithin = layer.start >= 0 && layer.start <= layer.end && layer.end <= length;
    if (!isWithin) throw new Error(`layer ${layer.name} [${layer.start}, ${layer.end}) of a frame of ${length} bytes`);
    for (const text of [layer.summary, layer.problem ?? ''])
      if (escapeSentence(text) !== text || /undefined|NaN/.test(text)) throw new Error(text);
    checkFields(layer.fields, length);
  }
  const { payload } = packet;
  if (!(payload.start <= payload.end && payload.end <= length))
    throw new Error(`payload ${payload.start} to ${payload.end} of ${length}`);
  const line = describePacket(packet);
  for (const text of Object.values(line)) if (/undefined|NaN/.test(text)) throw new Error(text);
}

test('random bytes on every link type', () => {
  const octet = fc.oneof(fc.nat(255), fc.constantFrom(0, 0x45, 0x60, 0x81, 0x08, 0x06, 0x11, 0x3a, 0xaa, 0xff));
  const octets = fc.array(octet, { maxLength: 200 }).map((numbers) => Uint8Array.from(numbers));
  fc.assert(
    fc.property(
      octets,
      fc.constantFrom(...LINK_TYPES),
      fc.nat(2000),
      fc.constantFrom(0, 4),
      (bytes, linkType, more, fcsLength) => {
        check(dissection(bytes, linkType, bytes.length + more, { fcsLength }), bytes.length);
        check(dissection(bytes, linkType, more), bytes.length);
      },
    ),
    { numRuns: 3000 * EFFORT, seed: SEED },
  );
});

const corpora = findCorpora('mutated corpus packets');

(corpora === null ? describe.skip : describe)('corpus packets', () => {
  const packets = corpora === null ? [] : readCorpusPackets(corpora, 6);

  test('as they are, and cut within their first 120 bytes', () => {
    for (const { data, linkType, originalLength } of packets) {
      check(dissection(data, linkType, originalLength), data.length);
      for (let length = 0; length < Math.min(data.length, 120); length += 3 + (data.length % 7)) {
        check(dissection(data.subarray(0, length), linkType, originalLength), length);
      }
    }
  });

  test('with bytes changed', () => {
    const change = fc.tuple(fc.nat(119), fc.nat(255));
    fc.assert(
      fc.property(fc.nat(packets.length - 1), fc.array(change, { minLength: 1, maxLength: 6 }), (index, changes) => {
        const { data, linkType, originalLength } = packets[index];
        const bytes = data.slice();
        for (const [place, value] of changes) if (place < bytes.length) bytes[place] = value;
        check(dissection(bytes, linkType, originalLength), bytes.length);
      }),
      { numRuns: 8000 * EFFORT, seed: SEED },
    );
  });
});
