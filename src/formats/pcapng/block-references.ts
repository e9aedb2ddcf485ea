/** Where the blocks that are no packets stand, as columns; only the first `count` elements mean something. */
export interface BlockReferences {
  count: number;
  /** Byte offset in the source. */
  offset: Float64Array;
  /** Bytes of the whole block. */
  length: Uint32Array;
  type: Uint32Array;
  /** Packets of the source that stand before it. */
  packetsBefore: Uint32Array;
  /** Ordinal of its section. */
  section: Uint32Array;
}

export function createBlockReferences(capacity = 16): BlockReferences {
  return {
    count: 0,
    offset: new Float64Array(capacity),
    length: new Uint32Array(capacity),
    type: new Uint32Array(capacity),
    packetsBefore: new Uint32Array(capacity),
    section: new Uint32Array(capacity),
  };
}

/** Adds a row; the columns double when they are full. */
export function addBlockReference(
  references: BlockReferences,
  offset: number,
  length: number,
  type: number,
  packetsBefore: number,
  section: number,
): void {
  const row = references.count++;
  if (row === references.offset.length) grow(references);
  references.offset[row] = offset;
  references.length[row] = length;
  references.type[row] = type;
  references.packetsBefore[row] = packetsBefore;
  references.section[row] = section;
}

function grow(references: BlockReferences): void {
  const larger = createBlockReferences(references.offset.length * 2);
  for (const column of ['offset', 'length', 'type', 'packetsBefore', 'section'] as const) {
    larger[column].set(references[column]);
    Object.assign(references, { [column]: larger[column] });
  }
}
