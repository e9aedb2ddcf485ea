import { openSource } from '../../src/formats/open-source.js';
import type { ByteSource } from '../../src/formats/source.js';

/** Opens files as workspaces do by themselves, and counts the bytes that are read of them. */
export interface CountingOpener {
  open(path: string): ByteSource;
  /** Bytes read since the last call. */
  take(): number;
}

export function countingOpener(): CountingOpener {
  let bytes = 0;
  return {
    open(path) {
      const source = openSource(path);
      return {
        ...source,
        path: null, // no worker opens it a second time, past the counter
        get rawPosition() {
          return source.rawPosition;
        },
        readSync(target, position) {
          const count = source.readSync(target, position);
          bytes += count;
          return count;
        },
        async *stream(signal) {
          for await (const chunk of source.stream(signal)) {
            bytes += chunk.length;
            yield chunk;
          }
        },
      };
    },
    take() {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
}
