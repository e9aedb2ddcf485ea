import type { HostResolver } from '../src/filter/filter.js';
import type { Capture } from '../src/plan/capture.js';
import type { RunOptions } from '../src/progress.js';
import type { Command } from './command.js';
import type { ColumnName, TimeFormat } from './packet-view.js';
import type { HandleRow, HistoryRow } from './result.js';

/** What `load` needs of a file system. */
export interface Folders {
  /** null when there is nothing of that name. */
  kind(path: string): 'file' | 'folder' | 'other' | null;
  /** Names in a folder, sorted. */
  list(path: string): string[];
}

/** The session as a command sees it. Each action throws a PcapshError that says what is wrong. */
export interface Desk {
  /** All commands, in the order of `help`. */
  commands: readonly Command[];
  folders: Folders;
  open(paths: string[], options: RunOptions): Promise<Capture>;
  /** What is known without reading: packets of the handle, and of the captures under it; null where it is not known yet. */
  known(capture: Capture): { packets: number | null; of: number | null };
  /** The zone in which times are typed and shown. */
  zone(): string;
  /** How packets are shown where a command does not say it. */
  packetView(): { columns: readonly ColumnName[] | null; time: TimeFormat };
  /** What an address of the capture is called, by the hosts file that was set and by the capture's own name records; null: nothing names it. */
  namesOf(capture: Capture): (address: string) => string | null;
  /** The addresses that a name of a host stands for, by the same two; none are looked up anywhere else. */
  addressesOf(capture: Capture): HostResolver;
  handles(): HandleRow[];
  history(): HistoryRow[];
  /** Takes the last change of handles back; says what changed. */
  undo(): string;
  redo(): string;
  settings(): { name: string; value: string; summary: string }[];
  set(name: string, value: string): string;
  note(text: string): void;
  /** Writes the commands so far; how many lines it wrote. */
  save(path: string, force: boolean): Promise<number>;
  /** Runs a script in this session; how many cells it had. */
  runScript(path: string, parameters: string[], keepGoing: boolean, options: RunOptions): Promise<number>;
  /** Runs the cells of a session that ended without leaving; how many. */
  recover(options: RunOptions): Promise<number>;
  tour(options: RunOptions): Promise<number>;
  clear(): void;
  exit(): void;
}
