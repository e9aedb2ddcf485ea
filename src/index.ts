/** What a library user imports. `open('a.pcapng')` gives a lazy, immutable handle. */
export type { FlowReport, FlowRow } from './analyze/flows.js';
export type { Histogram } from './analyze/histogram.js';
export type { Summary } from './analyze/summary.js';
export type { Field, Layer } from './decode/layer.js';
export { PcapshError } from './errors.js';
export type { IndicatorInfo, MatchRequest, MatchSpec } from './filter/content.js';
export { compileFilter, type HostResolver } from './filter/filter.js';
export { resolverOf } from './filter/host-names.js';
export type { RuleLeaf, RuleNode, Rules, RuleValues } from './filter/rules.js';
export type { CaptureDescription, CaptureInterface, Damage } from './formats/model.js';
export type { Capture, CaptureSource, WriteOptions, WriteReport, WrittenFile } from './plan/capture.js';
export type {
  ExplainedClause,
  FilterExplanation,
  FunnelStep,
  JudgedClause,
  PacketHistory,
  StageHistory,
} from './plan/explanation.js';
export type { IndicatorCount, MatchReport, MatchWords, SkippedLines, Tagger } from './plan/match-report.js';
export { type OpenedCapture, open } from './plan/open.js';
export type { Packet } from './plan/packet.js';
export type { NumberedPackets, NumberRange } from './plan/packet-numbers.js';
export type { CapturePreview, PreviewOptions } from './plan/preview.js';
export type { Plan, WindowText } from './plan/steps.js';
export type { TaggedForm } from './plan/tagged-form.js';
export type { ResolvedWindow } from './plan/time-stage.js';
export { openWorkspace, type Workspace, type WorkspaceOptions } from './plan/workspace.js';
export type { ForecastFile, WriteForecast } from './plan/write-preview.js';
export type { Progress, RunOptions } from './progress.js';
export type { Nanos } from './time.js';
