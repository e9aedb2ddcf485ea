import { unlink } from 'node:fs/promises';
import { summaryFromState } from '../analyze/summary.js';
import { isSummaryState } from '../analyze/summary-shape.js';
import type { ByteSource } from '../formats/source.js';
import { tableRows } from '../table/packet-table.js';
import { readSidecar } from '../table/sidecar/read.js';
import { type CacheEnvironment, type IndexPlace, keepsIndex, sidecarPath } from './sidecar-policy.js';
import type { IndexedFile } from './source-file.js';

export interface KeptIndexOptions {
  interactive: boolean;
  /** Default: none. */
  index?: IndexPlace;
  /** Keep the indexes that are made: a session those of large captures, one command all. Default: false. */
  writeIndex?: boolean;
  /** Default: that of the process. */
  environment?: CacheEnvironment;
}

/** The index of a capture as it was kept. */
export interface KeptIndex extends IndexedFile {
  damageCount: number;
}

/** The indexes that a workspace keeps on disk. What goes wrong with one is a notice and never an error: it is made anew, or not kept. */
export interface KeptIndexes {
  /** One sentence each. */
  readonly notices: string[];
  /** Where an index of it is or may come to be, whether or not this workspace keeps any: none of these may be written over. */
  pathsOf(source: ByteSource): string[];
  /** null: none is kept that can be used. */
  read(source: ByteSource): Promise<KeptIndex | null>;
  /** Begins to write, where the policy says so. */
  keep(source: ByteSource, indexed: KeptIndex): void;
  /** Waits for what is being written, then closes what is read. */
  close(): Promise<void>;
}

/** The indexes at the place that `options` name; nothing is read before it is asked for. */
export function openKeptIndexes(options: KeptIndexOptions): KeptIndexes {
  const { index = 'none', environment = process.env } = options;
  const notices: string[] = [];
  const writing: Promise<void>[] = [];
  const unusable = new Set<string>();
  const closers: (() => void)[] = [];

  async function write(path: string, source: ByteSource, { table, summary, damageCount }: KeptIndex): Promise<void> {
    try {
      const { writeSidecar } = await import('../table/sidecar/write.js'); // most runs write none
      await writeSidecar(path, source, table, { summary: summary.toState(), damageCount });
    } catch (error) {
      notices.push(`the index of ${source.name} is not kept: ${(error as Error).message}`);
    }
  }

  return {
    notices,
    pathsOf(source) {
      const paths = [sidecarPath(source, 'beside', environment), sidecarPath(source, 'cache', environment)];
      return paths.filter((path) => path !== null);
    },
    async read(source) {
      const path = sidecarPath(source, index, environment);
      if (path === null) return null;
      const complain = (reason: string): void => {
        unusable.add(path);
        notices.push(`the index of ${source.name} ${reason}; it is made anew`);
      };
      const read = await readSidecar(path, source, {
        onDamage(reason) {
          complain(reason);
          writing.push(unlink(path).catch(() => undefined)); // so that it is made anew the next time, too
        },
      });
      if (read === null) return null;
      if ('reason' in read) {
        complain(read.reason);
        return null;
      }
      const { table, summary, damageCount, close } = read;
      if (!isSummaryState(summary, tableRows(table))) {
        complain('contradicts itself in its summary');
        close();
        return null;
      }
      closers.push(close);
      return { table, summary: summaryFromState(summary), damageCount };
    },
    keep(source, indexed) {
      const path = sidecarPath(source, index, environment);
      if (path === null || !keepsIndex(source.size ?? 0, options, unusable.has(path))) return;
      writing.push(write(path, source, indexed));
    },
    async close() {
      await Promise.all(writing);
      for (const close of closers) close();
    },
  };
}
