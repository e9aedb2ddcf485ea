/** How a layer's bytes are viewed and written again: null where the view finds no whole header in bytes[at, end). */
export type Rewrite = (bytes: Uint8Array, at: number, end: number, linkType: number) => Uint8Array | null;

export interface EmitRow {
  layer: string;
  /** Name of the fields that are viewed one by one, where the layer is a row of headers; else the layer is one. */
  each?: string | RegExp;
  /** The header is the layer's first part; the rest has rows of its own or belongs to what it carries. */
  part?: true;
  rewrite: Rewrite;
}

/** `view` and `emit` of a header as the whole of its layer. */
export function emitRow<View>(
  layer: string,
  view: (bytes: Uint8Array, at: number, end: number) => View | null,
  emit: (view: View) => Uint8Array,
  options: Pick<EmitRow, 'each' | 'part'> = {},
): EmitRow {
  return {
    layer,
    ...options,
    rewrite: (bytes, at, end) => {
      const found = view(bytes, at, end);
      return found === null ? null : emit(found);
    },
  };
}
