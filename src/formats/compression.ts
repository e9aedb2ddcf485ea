import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { PcapshError } from '../errors.js';

/** Compressed bytes are given to the decoder in such pieces, so that a bomb cannot unfold into more than some megabytes at once. */
const PIECE = 16 * 1024;
/** Decoded bytes come in chunks of this; what is lost at a damaged place is less than one. */
const OUTPUT = 16 * 1024;
/** Largest window that a zstd frame may ask for, as the zstd command allows. */
const LARGEST_ZSTD_WINDOW = 128 * 1024 * 1024;

/** Code of the error that ends a stream at damage; all that could be decoded has been delivered before it. */
export const COMPRESSION_DAMAGED = 'compression.damaged';

function damaged(message: string): PcapshError {
  return new PcapshError(COMPRESSION_DAMAGED, message);
}

/** Decodes a stream of compressed bytes. Throws `compression.damaged` where the stream is wrong or cut. */
export function decompress(input: AsyncIterable<Uint8Array>, compression: 'gzip' | 'zstd'): AsyncGenerator<Uint8Array> {
  return compression === 'gzip' ? gunzip(input) : unzstd(input);
}

/** Bytes that are taken piece by piece from a stream. */
interface Input {
  chunk: Uint8Array;
  readonly iterator: AsyncIterator<Uint8Array>;
}

/** Whether there is another byte; then `input.chunk` is not empty. */
async function fill(input: Input): Promise<boolean> {
  while (input.chunk.length === 0) {
    const next = await input.iterator.next();
    if (next.done) return false;
    input.chunk = next.value;
  }
  return true;
}

/** Exactly `count` bytes, or null when the stream ends before. */
async function take(input: Input, count: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; ) {
    if (!(await fill(input))) return null;
    const part = input.chunk.subarray(0, count - at);
    bytes.set(part, at);
    input.chunk = input.chunk.subarray(part.length);
    at += part.length;
  }
  return bytes;
}

async function passText(input: Input): Promise<boolean> {
  for (;;) {
    if (!(await fill(input))) return false;
    const end = input.chunk.indexOf(0);
    const found = end >= 0;
    input.chunk = input.chunk.subarray(found ? end + 1 : input.chunk.length);
    if (found) return true;
  }
}

/** Passes the header of a gzip member behind its fixed ten bytes (RFC 1952, section 2.3). */
async function passOptionalFields(input: Input, flags: number): Promise<boolean> {
  if ((flags & 4) !== 0) {
    const size = await take(input, 2);
    if (size === null || (await take(input, size[0] | (size[1] << 8))) === null) return false;
  }
  if ((flags & 8) !== 0 && !(await passText(input))) return false;
  if ((flags & 16) !== 0 && !(await passText(input))) return false;
  return (flags & 2) === 0 || (await take(input, 2)) !== null;
}

/** A transform that is fed piece by piece; what it gives is collected. */
interface Pump {
  /** Resolves when the piece has been dealt with, or the transform failed. */
  write(piece: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  takeOutput(): Uint8Array[];
  readonly ended: boolean;
  readonly failure: Error | null;
}

function createPump(transform: Transform): Pump {
  let output: Uint8Array[] = [];
  let ended = false;
  let failure: Error | null = null;
  let wake: () => void = () => {};
  transform.on('data', (chunk: Uint8Array) => output.push(chunk));
  transform.on('end', () => {
    ended = true;
    wake();
  });
  transform.on('error', (error: Error) => {
    failure = error;
    wake();
  });
  return {
    write: (piece) =>
      new Promise((resolve) => {
        wake = resolve;
        transform.write(piece, () => resolve());
      }),
    finish: () =>
      new Promise((resolve) => {
        wake = resolve;
        if (ended || failure !== null) resolve();
        else transform.end();
      }),
    takeOutput: () => {
      const taken = output;
      output = [];
      return taken;
    },
    get ended() {
      return ended;
    },
    get failure() {
      return failure;
    },
  };
}

/** gzip, one member behind the other (RFC 1952). Zeros or other bytes behind the last member are left, as gzip does. */
async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input: Input = { chunk: new Uint8Array(0), iterator: source[Symbol.asyncIterator]() };
  for (let member = 1; ; member++) {
    if (member > 1 && !(await fill(input))) return;
    const head = await take(input, 10);
    const known = head !== null && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
    if (!known && member > 1) return;
    if (head === null) throw damaged('gzip data are cut: a header needs 10 bytes');
    if (!known) throw damaged(`gzip data are damaged: compression method ${head[2]}, 8 required`);
    if (!(await passOptionalFields(input, head[3]))) throw damaged('gzip data are cut within a header');
    let sum = 0;
    let size = 0;
    for await (const chunk of inflate(input, member)) {
      sum = zlib.crc32(chunk, sum);
      size = (size + chunk.length) >>> 0;
      yield chunk;
    }
    const trailer = await take(input, 8);
    if (trailer === null) throw damaged(`gzip data are cut within the trailer of member ${member}`);
    const view = new DataView(trailer.buffer);
    if (view.getUint32(0, true) !== sum || view.getUint32(4, true) !== size) {
      throw damaged(`gzip data are damaged: checksum or length of member ${member} is wrong`);
    }
  }
}

/** The deflate data of one member; what follows it stays in `input`. */
async function* inflate(input: Input, member: number): AsyncGenerator<Uint8Array> {
  const inflater = zlib.createInflateRaw({ chunkSize: OUTPUT, finishFlush: zlib.constants.Z_SYNC_FLUSH });
  const pump = createPump(inflater);
  try {
    while (!pump.ended && pump.failure === null) {
      if (!(await fill(input))) {
        await pump.finish();
        yield* pump.takeOutput();
        throw damaged(`gzip data are cut within member ${member}`);
      }
      const before = inflater.bytesWritten;
      const piece = input.chunk.subarray(0, PIECE);
      await pump.write(piece);
      const used = inflater.bytesWritten - before;
      input.chunk = input.chunk.subarray(used);
      // Bytes that it does not want stand behind the end of the deflate data.
      if (used < piece.length && pump.failure === null) await pump.finish();
      yield* pump.takeOutput();
    }
    if (pump.failure !== null) throw damaged(`gzip data are damaged within member ${member}: ${pump.failure.message}`);
  } finally {
    inflater.destroy();
  }
}

/** zstd, one frame behind the other (RFC 8878): by node:zlib where it can, else by a decoder of its own. */
async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress');
  if (typeof create === 'function') yield* unzstdByNode(source, create());
  else yield* unzstdByFrames(source);
}

/** Runs zstd frames through node's own transform. */
export async function* unzstdByNode(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
): AsyncGenerator<Uint8Array> {
  const pump = createPump(transform);
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length && pump.failure === null; at += PIECE) {
        await pump.write(chunk.subarray(at, at + PIECE));
        yield* pump.takeOutput();
      }
    }
    await pump.finish();
    yield* pump.takeOutput();
    if (pump.failure !== null) throw damaged(`zstd data are damaged or cut: ${pump.failure.message}`);
  } finally {
    transform.destroy();
  }
}

async function* unzstdByFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd'); // few captures are zstd, and none need it where node:zlib has it
  let output: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => {
    if (chunk.length > 0) output.push(chunk);
  });
  const push = (piece: Uint8Array, final: boolean): string | null => {
    try {
      decoder.push(piece, final);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  let first = true;
  for await (const chunk of source) {
    if (first) refuseLargeWindow(chunk);
    first = false;
    for (let at = 0; at < chunk.length; at += PIECE) {
      // The decoder keeps views of what it is given, so it gets bytes of its own.
      const problem = push(chunk.slice(at, at + PIECE), false);
      yield* output;
      output = [];
      if (problem !== null) throw damaged(`zstd data are damaged: ${problem}`);
    }
  }
  const problem = push(new Uint8Array(0), true);
  yield* output;
  if (problem !== null) throw damaged(`zstd data are cut: ${problem}`);
}

/** The window descriptor of the first frame (RFC 8878, section 3.1.1.1.2), looked at before memory is taken for it. */
function refuseLargeWindow(chunk: Uint8Array): void {
  if (chunk.length < 6 || chunk[0] !== 0x28 || (chunk[4] & 0x20) !== 0) return;
  const base = 2 ** (10 + (chunk[5] >> 3));
  const size = base + (base / 8) * (chunk[5] & 7);
  if (size > LARGEST_ZSTD_WINDOW) {
    throw damaged(`zstd frame asks for a window of ${size} bytes, ${LARGEST_ZSTD_WINDOW} are possible`);
  }
}
