import type { SummaryAccumulator } from '../analyze/summary.js';
import type { CaptureDescription, Damage } from '../formats/model.js';
import type { ByteSource, FileIdentity } from '../formats/source.js';
import type { Progress } from '../progress.js';
import type { PacketTable } from '../table/packet-table.js';
import type { AskSnapshot } from './index-source.js';

/** One source file of a workspace, loaded once however often it is named. */
export interface SourceFile {
  /** As the user gave it. */
  readonly path: string;
  /** Of the file itself, whatever `bytes` has become; null for a pipe. */
  readonly identity: FileIdentity | null;
  /** Known from its beginning when it is loaded (for a pipe: when it is read); grows with interfaces met later. */
  description: CaptureDescription;
  /** The first thousand places; `damageCount` counts all. */
  damage: Damage[];
  damageCount: () => number;
  /** Its bytes: the file, or the spooled copy of something that cannot seek. */
  bytes: ByteSource;
  /** The packet table, growing or done; null while nothing asked for it. */
  table: PacketTable | null;
  /** Resolves when the table is done. */
  indexing: Promise<IndexedFile> | null;
  /** While the table grows: what is known of its rows so far. */
  ask: AskSnapshot | null;
  progress: Progress | null;
  /** Told of the progress of the index pass. */
  readonly watchers: Set<(progress: Progress) => void>;
}

export interface IndexedFile {
  table: PacketTable;
  /** Of the whole file. It is no longer added to. */
  summary: SummaryAccumulator;
}
