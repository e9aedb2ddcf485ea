import type { Segment } from '../table/columns.js';

/** The columns that a summary counts, side by side. */
export type CountedColumns = Pick<
  Segment,
  'length' | 'originalLength' | 'seconds' | 'nanoseconds' | 'encapsulation' | 'protocol' | 'flags' | 'exactTimes'
>;

/** Copies of the columns that hold the picked rows alone, so that one plain loop counts whole segments and selections alike. */
export function pickColumns(segment: Segment, picked: Uint32Array): CountedColumns {
  return {
    length: pick(segment.length, new Uint32Array(picked.length), picked),
    originalLength: pick(segment.originalLength, new Uint32Array(picked.length), picked),
    seconds: pick(segment.seconds, new Uint32Array(picked.length), picked),
    nanoseconds: pick(segment.nanoseconds, new Uint32Array(picked.length), picked),
    encapsulation: pick(segment.encapsulation, new Uint16Array(picked.length), picked),
    protocol: pick(segment.protocol, new Uint8Array(picked.length), picked),
    flags: pick(segment.flags, new Uint16Array(picked.length), picked),
    exactTimes: pickTimes(segment, picked),
  };
}

function pick<T extends Uint32Array | Uint16Array | Uint8Array>(column: T, target: T, picked: Uint32Array): T {
  for (let i = 0; i < picked.length; i++) target[i] = column[picked[i]];
  return target;
}

function pickTimes({ exactTimes }: Segment, picked: Uint32Array): Segment['exactTimes'] {
  const times: Segment['exactTimes'] = new Map();
  if (exactTimes.size === 0) return times;
  picked.forEach((row, i) => {
    const time = exactTimes.get(row);
    if (time !== undefined) times.set(i, time);
  });
  return times;
}
