import type { FlowReport } from '../src/analyze/flows.js';
import type { Summary } from '../src/analyze/summary.js';
import type { PacketLine } from '../src/decode/describe.js';
import type { KnownProtocol } from '../src/decode/known-protocols.js';
import type { CaptureDescription } from '../src/formats/model.js';
import type { Capture, CaptureSource, WriteReport } from '../src/plan/capture.js';
import type { FilterExplanation, PacketHistory } from '../src/plan/explanation.js';
import type { MatchReport, SkippedLines } from '../src/plan/match-report.js';
import type { Packet } from '../src/plan/packet.js';
import type { TaggedForm } from '../src/plan/tagged-form.js';
import type { ResolvedWindow } from '../src/plan/time-stage.js';
import type { Nanos } from '../src/time.js';
import type { Preview } from './command-preview.js';
import type { ColumnName, TimeFormat } from './packet-view.js';

/** One line of a list of packets. */
export interface PacketRow extends PacketLine {
  number: number;
  /** 1-based ordinal of the file. */
  file: number;
  timestamp: Nanos | null;
  /** Original length, bytes. */
  length: number;
  /** Captured length, bytes. */
  captured: number;
  /** What the addresses are called: text of a file, not escaped; null where nothing names them. */
  sourceName: string | null;
  destinationName: string | null;
  /** Name as in Wireshark's frame.protocols of what the transport carries; null where that is not known. */
  application: string | null;
  /** As in Wireshark's frame.protocols. */
  protocols: readonly string[];
  /** Made only where it is shown. */
  flowId: string | null;
  /** Its name, or its number over the whole file. */
  interface: string;
  direction: 'inbound' | 'outbound' | null;
  comments: readonly string[];
  /** Indicators that it bears, where some are searched for. */
  matched?: readonly string[];
}

/** A packet with its layers. */
export interface ShownPacket {
  packet: Packet;
  flowId: string | null;
  sourceName: string | null;
  destinationName: string | null;
}

/** A window of time; `resolved` null: it counts from packets, and nothing has been looked at. */
export interface ToldWindow {
  /** As typed. */
  text: string;
  zone: string;
  resolved: ResolvedWindow | null;
}

/** A handle, for people. */
export interface HandleRow {
  name: string;
  /** The pipeline that it means. */
  meaning: string;
  /** Packets known by now; null before anything was read. */
  packets: number | null;
  /** That number is the whole. */
  complete: boolean;
  current: boolean;
}

export interface HistoryRow {
  cell: number;
  source: string;
  state: 'done' | 'failed' | 'note' | 'undone';
}

/** What a run answers; the session makes text or JSON of it. `tagged`: nothing was kept, and an expression with `vlan and` would keep something. */
export type Result = Answer & { tagged?: TaggedForm };

type Answer =
  /** `skipped`: lines of a file that were passed over. */
  | { kind: 'packets'; capture: Capture; skipped?: SkippedLines }
  /** What was passed over on the way: told beside an answer. */
  | ({ kind: 'skipped' } & SkippedLines)
  /** What windows of time turned out to be: told beside an answer. */
  | { kind: 'windows'; windows: ToldWindow[] }
  | { kind: 'count'; count: number; sources: CaptureSource[] }
  | { kind: 'stats' | 'info'; summary: Summary; sources: CaptureSource[] }
  | {
      kind: 'preview';
      rows: PacketRow[];
      packets: number | null;
      of: number | null;
      several: boolean;
      sources: CaptureSource[];
      columns: readonly ColumnName[] | null;
      time: TimeFormat;
      /** Time of the capture's first packet, for relative times; null where it is not known. */
      start: Nanos | null;
      /** What a `match` that stands last found. */
      matches?: MatchReport;
      /** How many indicators the searches under the handle look for; absent without a search. */
      lookedFor?: number;
    }
  | {
      kind: 'packet';
      packets: ShownPacket[];
      several: boolean;
      /** Names of the only layers that are wanted; null: all. */
      layers: readonly string[] | null;
      /** Further packets that were asked for and are there. */
      more: number;
    }
  | { kind: 'explanation'; explanation: FilterExplanation }
  | { kind: 'why'; history: PacketHistory; several: boolean }
  /** What a command would do, asked for with a last `?`. */
  | { kind: 'previewed'; preview: Preview }
  | { kind: 'flows'; report: FlowReport; sources: CaptureSource[] }
  | { kind: 'written'; report: WriteReport; capture: Capture; milliseconds: number }
  | {
      kind: 'handle';
      name: string;
      /** When a file's name had to be bent: what is called how. */
      note: string | null;
      /** What it means, for a handle that is no lone load. */
      meaning: string | null;
      files: readonly string[];
      descriptions: readonly CaptureDescription[];
      /** For a load without a name. */
      preview: (Result & { kind: 'preview' }) | null;
    }
  | { kind: 'handles'; rows: HandleRow[] }
  | { kind: 'history'; rows: HistoryRow[] }
  | { kind: 'settings'; rows: { name: string; value: string; summary: string }[] }
  | { kind: 'help'; text: HelpText }
  | { kind: 'message'; text: string; json: Record<string, unknown> }
  | { kind: 'nothing' };

/** Help as parts, so that each way to show it can lay it out. */
export type HelpText =
  | { about: 'protocols'; protocols: KnownProtocol[] }
  | { about: 'everything'; groups: { group: string; commands: { name: string; summary: string }[] }[] }
  | {
      about: 'command';
      name: string;
      group: string;
      summary: string;
      usage: string;
      args: { name: string; summary: string }[];
      examples: { line: string; summary: string }[];
    };
