/** A value that both JSON and the few types beyond it can say: what a sidecar keeps beside its columns. */
export type Structured =
  | null
  | boolean
  | number
  | string
  | bigint
  | Uint8Array
  | Uint32Array
  | ReadonlyMap<Structured, Structured>
  | readonly Structured[]
  | { readonly [key: string]: Structured };

/** No structured part is longer, bytes: parsing takes some ten times as much memory for a moment. */
export const MOST_STRUCTURED_BYTES = 16 * 1024 * 1024;
/** What we write is 5 deep. */
const DEEPEST = 16;
/** Digits of the largest time that a capture can hold (64 bits of seconds, in nanoseconds) and some. */
const LONGEST_INTEGER = 48;
/** Marks an object that stands for a type which JSON lacks. */
const MARK = '$';

/**
 * Plain data as UTF-8 bytes: JSON, in which `{"$": type, "value": …}` stands for integers of any size, maps and byte and word arrays. JSON rather than the
 * serialization of V8, because a hostile text cannot make JSON.parse take more memory than a small multiple of its length.
 * Throws TypeError for what is no plain data.
 */
export function encodeStructured(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(pack(value)));
}

/** The value of such bytes. Throws SyntaxError or TypeError when they are none. The shape of the value is the caller's to check. */
export function decodeStructured(bytes: Uint8Array): unknown {
  return unpack(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), 0);
}

function pack(value: unknown): unknown {
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
      return value;
    case 'bigint':
      return { [MARK]: 'integer', value: String(value) };
    case 'object':
      return value === null ? null : packObject(value);
    default:
      throw new TypeError(`a ${typeof value} cannot be kept in a sidecar`);
  }
}

function packObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(pack);
  if (value instanceof Map) return { [MARK]: 'map', value: [...value].map(([key, item]) => [pack(key), pack(item)]) };
  if (value instanceof Uint8Array) return { [MARK]: 'bytes', value: base64(value) };
  if (value instanceof Uint32Array) return { [MARK]: 'words', value: base64(value) };
  if (MARK in value) throw new TypeError(`an object with the key ${MARK} cannot be kept in a sidecar`);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)]));
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function unpack(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new TypeError(`nested more than ${DEEPEST} deep`);
  if (Array.isArray(value)) return value.map((item) => unpack(item, depth + 1));
  if (MARK in value) return unpackMarked(value as { value?: unknown; [MARK]: unknown }, depth);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item, depth + 1)]));
}

function unpackMarked(marked: { value?: unknown; [MARK]: unknown }, depth: number): unknown {
  const { value } = marked;
  const kind = marked[MARK];
  if (kind === 'map' && Array.isArray(value)) {
    return new Map(
      value.map((pair): [unknown, unknown] => {
        if (!Array.isArray(pair) || pair.length !== 2) throw new TypeError('an entry of a map is no pair');
        return [unpack(pair[0], depth + 1), unpack(pair[1], depth + 1)];
      }),
    );
  }
  if (typeof value === 'string') {
    if (kind === 'integer' && value.length <= LONGEST_INTEGER && /^-?\d+$/.test(value)) return BigInt(value);
    if (kind === 'bytes') return new Uint8Array(Buffer.from(value, 'base64'));
    if (kind === 'words') {
      const bytes = new Uint8Array(Buffer.from(value, 'base64'));
      if (bytes.length % 4 === 0) return new Uint32Array(bytes.buffer, 0, bytes.length / 4);
    }
  }
  throw new TypeError('a marked object of no known type');
}
