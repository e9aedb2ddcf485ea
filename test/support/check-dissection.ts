import { escapeSentence } from '../../src/bytes/escape.js';
import { describePacket } from '../../src/decode/describe.js';
import { type Dissection, MAX_LAYERS } from '../../src/decode/dissect.js';
import type { Field, Layer } from '../../src/decode/layer.js';

/** What a dissection promises, whatever the bytes. Each check throws what is wrong. */

/** Deeper nesting of fields would be a recursion that the packet controls. */
const MAX_DEPTH = 48;
const NOT_TEXT = /\bundefined\b|\bNaN\b/;

function checkFields(fields: Field[], start: number, end: number, depth: number): void {
  if (depth > MAX_DEPTH) throw new Error(`fields nested ${depth} deep`);
  for (const field of fields) {
    if (!(field.start >= start && field.start <= field.end && field.end <= end)) {
      throw new Error(`field ${field.name} [${field.start}, ${field.end}) within [${start}, ${end})`);
    }
    if (escapeSentence(field.text) !== field.text || NOT_TEXT.test(field.name)) {
      throw new Error(`field ${field.name} says ${escapeSentence(field.text).slice(0, 200)} unescaped`);
    }
    if (typeof field.value === 'string' && escapeSentence(field.value) !== field.value) {
      throw new Error(`field ${field.name} has a value that is not escaped`);
    }
    if (typeof field.value === 'number' && !Number.isFinite(field.value)) throw new Error(`field ${field.name} is NaN`);
    if (field.fields !== undefined) checkFields(field.fields, start, end, depth + 1);
  }
}

/** One layer, whose fields stand within bytes[start, end). */
export function checkLayer(layer: Layer, start: number, end: number): void {
  const isWithin = layer.start >= start && layer.start <= layer.end && layer.end <= end;
  if (!isWithin) throw new Error(`layer ${layer.name} [${layer.start}, ${layer.end}) within [${start}, ${end})`);
  for (const text of [layer.summary, layer.problem ?? '']) {
    if (escapeSentence(text) !== text || NOT_TEXT.test(text)) throw new Error(`${layer.name} says "${text}"`);
  }
  checkFields(layer.fields, start, end, 0);
}

/** Characters of a line for people. */
const MAX_LINE = 400;

/** A whole packet of `length` captured bytes. */
export function checkDissection(packet: Dissection, length: number): void {
  if (packet.layers.length > MAX_LAYERS) throw new Error(`${packet.layers.length} layers`);
  for (const layer of packet.layers) {
    checkLayer(layer, 0, length);
    if (layer.summary.length > MAX_LINE) throw new Error(`${layer.name} says ${layer.summary.length} characters`);
  }
  if ((packet.column.info ?? '').length > MAX_LINE) throw new Error('a line without end');
  const { payload } = packet;
  if (!(payload.start <= payload.end && payload.end <= length)) {
    throw new Error(`payload ${payload.start} to ${payload.end} of ${length}`);
  }
  for (const text of Object.values(describePacket(packet))) if (NOT_TEXT.test(text)) throw new Error(text);
}
