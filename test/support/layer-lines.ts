import { dissect } from '../../src/decode/dissect.js';
import type { Field, Layer } from '../../src/decode/layer.js';

/** What tests ask of a dissected frame. */

export function layerOf(frame: Uint8Array, linkType: number, name: string): Layer {
  const layers = dissect(frame, linkType);
  const found = layers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no layer ${name} among ${layers.map((one) => one.name).join(', ')}`);
  return found;
}

/** "Name: text" of each field, those within it indented below. */
export function lines(fields: readonly Field[], indent = ''): string[] {
  return fields.flatMap((one) => [`${indent}${one.name}: ${one.text}`, ...lines(one.fields ?? [], `${indent}  `)]);
}

/** "Name: text" of the fields of the layer alone. */
export function topLines(layer: Layer): string[] {
  return layer.fields.map((one) => `${one.name}: ${one.text}`);
}

/** Fields that lie outside `end` or outside the field that holds them, for the frame cut to each length. */
export function strayFields(frame: Uint8Array, linkType: number): string[] {
  const stray: string[] = [];
  function check(fields: readonly Field[], start: number, end: number, length: number): void {
    for (const one of fields) {
      if (one.start < start || one.end > end || one.start > one.end) stray.push(`${length}: ${one.name}`);
      check(one.fields ?? [], one.start, one.end, length);
    }
  }
  for (let length = 0; length <= frame.length; length++) {
    for (const layer of dissect(frame.slice(0, length), linkType, frame.length)) check(layer.fields, 0, length, length);
  }
  return stray;
}
