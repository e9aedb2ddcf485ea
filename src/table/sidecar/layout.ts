import { ROW_BYTES, type Segment } from '../columns.js';
import type { FlowColumns } from '../flow-columns.js';

/*
 * A sidecar, all numbers in the byte order of the machine that wrote it:
 *
 *   header      4,096 bytes, see header.ts
 *   details     summary, sections, interfaces, damage, encapsulations, exceptional times of flows: see structured.ts
 *   addresses   16 bytes each
 *   flows       their columns, one behind the other
 *   directory   an entry a segment, see directory.ts
 *   segments    their columns, one behind the other, then their exceptional times
 *
 * Every part begins at a multiple of 8 and the parts follow each other without gaps, so that nothing can claim more bytes than the file has.
 */

/** The columns of a segment in the order of their places, here and in memory (viewSegment), and bytes of an element. */
export const SEGMENT_COLUMNS = [
  ['offset', 8],
  ['seconds', 4],
  ['nanoseconds', 4],
  ['length', 4],
  ['originalLength', 4],
  ['flow', 4],
  ['payloadLength', 4],
  ['interface', 2],
  ['encapsulation', 2],
  ['payloadOffset', 2],
  ['flags', 2],
  ['protocol', 1],
  ['tcpFlags', 1],
] as const satisfies readonly (readonly [keyof Segment, number])[];

export type SegmentColumn = (typeof SEGMENT_COLUMNS)[number][0];

/** The columns of the flow table in the order of their places, here and in memory (viewFlows), and elements a flow. */
export const FLOW_COLUMNS = [
  ['bytes', 2],
  ['packets', 2],
  ['low', 1],
  ['high', 1],
  ['firstSeconds', 1],
  ['firstNanoseconds', 1],
  ['lastSeconds', 1],
  ['lastNanoseconds', 1],
  ['payloadPackets', 1],
  ['lowPort', 1],
  ['highPort', 1],
  ['icmp', 1],
  ['protocol', 1],
  ['firstDirection', 1],
  ['application', 1],
  ['attempts', 1],
] as const satisfies readonly (readonly [keyof FlowColumns, number])[];

/** The bytes of each column of a flow table, in that order. */
export function flowColumnBytes(flows: FlowColumns): Uint8Array[] {
  return FLOW_COLUMNS.map(([name, elements]) => bytesOf(flows[name].subarray(0, elements * flows.count)));
}

/** A view of the bytes of any typed array. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The next multiple of 8. */
export function align(place: number): number {
  return Math.ceil(place / 8) * 8;
}

/** Where each column of a segment of `rows` rows begins behind the segment's place, and what all of them take. */
export function columnPlaces(rows: number): { places: number[]; bytes: number } {
  const capacity = align(rows);
  let at = 0;
  const places = SEGMENT_COLUMNS.map(([, width]) => {
    const place = at;
    at += width * capacity;
    return place;
  });
  return { places, bytes: capacity * ROW_BYTES };
}
