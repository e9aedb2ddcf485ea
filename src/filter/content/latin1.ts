/** The bytes of a buffer, also as strings in which each byte is the character of its number. The view of the last buffer is kept: batches use theirs over and over. */
let last: Buffer = Buffer.alloc(0);
let of: Uint8Array | null = null;

export function bufferOf(bytes: Uint8Array): Buffer {
  if (of !== bytes) {
    last = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    of = bytes;
  }
  return last;
}

export function latin1Text(bytes: Uint8Array, from: number, to: number): string {
  return bufferOf(bytes).toString('latin1', from, to);
}
