import type { FlowReport } from '../analyze/flows.js';
import type { Summary } from '../analyze/summary.js';
import type { HostResolver } from '../filter/filter.js';
import type { Rules } from '../filter/rules.js';
import type { CaptureDescription, CaptureFormat, Damage } from '../formats/model.js';
import type { RunOptions } from '../progress.js';
import type { Nanos } from '../time.js';
import type { FilterExplanation, PacketHistory } from './explanation.js';
import type { MatchReport, MatchWords, SkippedLines, Tagger } from './match-report.js';
import type { Packet } from './packet.js';
import type { NumberedPackets, NumberRange } from './packet-numbers.js';
import type { CapturePreview, PreviewOptions } from './preview.js';
import type { Plan, WindowText } from './steps.js';
import type { TaggedForm } from './tagged-form.js';
import type { ResolvedWindow } from './time-stage.js';
import type { WriteForecast } from './write-preview.js';

/** How a capture is written. */
export interface WriteOptions extends RunOptions {
  /** By the extension unless told. */
  format?: CaptureFormat;
  /** Replace an existing file (never a source). */
  force?: boolean;
  /** Lose what the target cannot hold. */
  allowLoss?: boolean;
  /** At damage in a source: fail (unless told), or leave it out and count it. */
  onError?: 'halt' | 'skip';
  /** Section comment of the new pcapng. */
  comment?: string;
}

/** One file that was written. */
export interface WrittenFile {
  /** As it was given. */
  path: string;
  format: string;
  packets: number;
  /** Of the file. */
  bytes: number;
  /** Hex; null for streams, which are reported as unverified. */
  sha256: string | null;
}

/** What a write came to; every file is whole and in its place. */
export interface WriteReport {
  files: WrittenFile[];
  /** Damaged places passed over. */
  skipped: number;
  /** What the target could not hold, one sentence each. */
  losses: string[];
}

export interface FlowOptions extends RunOptions {
  /** A row for each direction. */
  unidirectional?: boolean;
  /** What is large: original bytes unless told. */
  by?: 'bytes' | 'packets';
  /** At most so many rows; IDs are made for these alone. */
  top?: number;
}

/** One source file of a capture. */
export interface CaptureSource {
  path: string;
  description: CaptureDescription;
  damage: Damage[];
  /** Its packets are only compared with: none of them comes out. */
  compared?: true;
}

/** A handle: lazy, immutable. Nothing is read before something is asked. */
export interface Capture extends AsyncIterable<Packet> {
  readonly plan: Plan;
  /**
   * `filter('tcp port 443')`, `filter({ port: [443], notIp: ['10.0.0.9'] })`, or a predicate (then the handle cannot be saved). `zone` (UTC unless given) is
   * that of times in rules which name none. `hosts` gives the addresses of names in an expression (`host example.org`): they take the place of the names in the
   * plan.
   */
  filter(
    filter: string | Rules | ((packet: Packet) => boolean),
    options?: { zone?: string; hosts?: HostResolver },
  ): Capture;
  /**
   * A window of time, both ends included: `time('14:30..14:35', { zone: 'Europe/Berlin' })`, `time({ around: 'frame 812', within: '2m' })`. What counts from
   * packets counts from those that come in. Packets without a time are in no window. `zone`: that of times which name none, UTC unless given.
   */
  time(window: WindowText, options?: { zone?: string }): Capture;
  /**
   * The packets that bear what is searched for, in their payload: behind the transport header, or what an IP packet of another kind carries. `'text'`, `/regex/i`,
   * `{hex: 'de ad ?? ef'}`, `{file: 'indicators.txt'}`, `{alerts: 'eve.json'}`. A file is read at once; whenever the handle is evaluated it must be the same.
   */
  match(what: MatchWords): Capture;
  /** Packets of both, as this handle has them. Packets are one by their file (device, inode, fingerprint) and number. */
  intersect(other: Capture): Capture;
  /** Packets of this handle that the other lacks, in this one's order. */
  subtract(other: Capture): Capture;
  /** Packets of this handle, and those of the other that it lacks: by time, then source, then number. */
  union(other: Capture): Capture;
  head(count?: number): Capture;
  tail(count?: number): Capture;
  /** 1-based position, not packet number. */
  nth(position: number): Capture;
  count(options?: RunOptions): Promise<number>;
  summary(options?: RunOptions): Promise<Summary>;
  flows(options?: FlowOptions): Promise<FlowReport>;
  /** Decoded when asked for. */
  packets(options?: RunOptions): AsyncIterable<Packet>;
  /** The packet of that number (1-based over the source file; `file` is its 1-based ordinal when several are loaded), null when it is not in this handle. */
  packet(number: number, options?: RunOptions & { file?: number }): Promise<Packet | null>;
  /** The packets of some ranges of numbers, in the order of the ranges; at most `limit` of them. */
  numbered(ranges: readonly NumberRange[], options?: RunOptions & { limit?: number }): Promise<NumberedPackets>;
  /** Time of the first packet of the (first) source, whatever the handle selects; null where it has none or cannot be looked at twice. */
  start(options?: RunOptions): Promise<Nanos | null>;
  /** What the last `stages` (1 unless given) filters do: their clauses as trees, by what each is decided, and how many packets each removes. */
  explain(options?: RunOptions & { stages?: number }): Promise<FilterExplanation>;
  /** What became of a packet of the capture, whether it is in this handle or not: which clause of which stage kept or dropped it; null when there is none. */
  why(number: number, options?: RunOptions & { file?: number }): Promise<PacketHistory | null>;
  /** Of a handle that keeps nothing: an expression of its plan that would keep something behind `vlan and`. */
  taggedForm(options?: RunOptions): Promise<TaggedForm | null>;
  sources(options?: RunOptions): Promise<CaptureSource[]>;
  /** Of a handle that ends in a `match`: how many packets bear each indicator. */
  matches(options?: RunOptions): Promise<MatchReport>;
  /** Tells the indicators that a packet bears, by every search under this handle; null where there is none. */
  tagger(): Promise<Tagger | null>;
  /** Of a handle that ends in a `match`: lines of its file that were passed over; null for none. */
  skipped(): Promise<SkippedLines | null>;
  /** What the windows of time under this handle turned out to be, in the order in which they apply. */
  windows(options?: RunOptions): Promise<ResolvedWindow[]>;
  /** What is seen of it at a glance, from tables that are made if need be: count, time, the first packets. Estimates are told while they are made. */
  preview(options?: PreviewOptions): Promise<CapturePreview>;
  /** What `write` would come to. Nothing is written. */
  forecast(path: string | readonly string[], options?: WriteOptions): Promise<WriteForecast>;
  /** Several targets are written in one pass, and all of them are whole before the first takes its place. */
  write(path: string | readonly string[], options?: WriteOptions): Promise<WriteReport>;
}
