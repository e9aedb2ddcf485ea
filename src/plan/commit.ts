import type { Writable } from 'node:stream';
import { PcapshError, throwIfCancelled } from '../errors.js';
import type { ByteSource } from '../formats/source.js';
import type { CaptureSink, CaptureSinkOptions, Survey } from '../sinks/capture-sink.js';
import { createPcapSink, refusePcapComment } from '../sinks/pcap.js';
import { createPcapngSink } from '../sinks/pcapng.js';
import type { Sink, SinkReport, SinkSource } from '../sinks/sink.js';
import { createSurveySink, needsSurvey } from '../sinks/survey.js';
import { unlessCancelled } from './cancellation.js';
import type { WrittenFile } from './capture.js';
import { openFileWriter, type TargetWriter } from './file-writer.js';
import { requireUnchanged } from './sources-unchanged.js';
import { openStreamWriter } from './stream-writer.js';
import { checkTarget, type Target } from './target.js';
import type { Verified } from './verify.js';

export interface CommitRequest {
  /** From `createTarget`. All are finished before the first is put in its place. */
  targets: readonly Target[];
  /** Every source, in order, as far as its reader has described it when opened. */
  sources: readonly SinkSource[];
  /** What is compared at the end: the same files as bytes. */
  bytes: readonly ByteSource[];
  /**
   * Feeds every batch of every source to `sinks[i]`, the sink of `targets[i]`, with what that target keeps, awaiting what `write` answers. pcapng sources
   * are read with `blocks`, to their end, even when no later packet is kept: their other blocks follow. May be called again, from the beginning.
   */
  produce(sinks: readonly Sink[]): Promise<void>;
  /** Something was selected or edited: false only when every packet of every source is written. */
  selected: boolean;
  /** Packets come in another order than they stand in. Default false. */
  reordered?: boolean;
  /** Section comment of new pcapng files. */
  comment?: string;
  allowLoss?: boolean;
  /** `produce` can run more than once: false for what cannot seek and was not spooled. Default true. */
  repeatable?: boolean;
  /** Where `-` goes. Default: standard output. */
  standardOutput?: Writable;
  signal?: AbortSignal;
}

export interface CommitReport {
  /** In the order of the targets. */
  files: WrittenFile[];
  /** What a target could not hold, one sentence each, duplicates left out. */
  losses: string[];
}

/**
 * Writes targets so that nothing is ever half there: each into a temporary file beside it, verified while it is written, synced, and only when all of
 * them are well and the sources unchanged renamed into place. A failed or cancelled commit leaves every target as it was and no temporary file.
 *
 * Throws `loss` (lists what a target cannot hold, without `allowLoss`), `write.*`, `refused.*`, `source.changed`, `cancelled` and what `produce` throws.
 */
export async function commit(request: CommitRequest): Promise<CommitReport> {
  checkRequest(request);
  let surveys = await firstSurveys(request);
  for (;;) {
    const attempt = await writeTargets(request, surveys);
    if (attempt.report !== null) return attempt.report;
    if (request.repeatable === false) {
      throw new PcapshError(
        'write.two-passes',
        'later packets call for another pcap header, and the source cannot be read twice',
        {
          hint: 'write a .pcapng, or store the source in a file first',
        },
      );
    }
    surveys = attempt.surveys;
  }
}

function checkRequest({ targets, comment }: CommitRequest): void {
  const names = new Set<string>();
  for (const { path, resolved, format } of targets) {
    if (format === 'pcap') refusePcapComment(comment);
    if (names.has(resolved))
      throw new PcapshError('refused.exists', `'${path}' is named twice as a target`, { kind: 'input' });
    names.add(resolved);
  }
}

/** What has to be known before the first byte; a stream cannot be begun again, so its pcap header is settled first too. */
async function firstSurveys(request: CommitRequest): Promise<(Survey | null)[]> {
  const { targets, sources } = request;
  const repeatable = request.repeatable !== false;
  const blocks = targets.some((target) => needsSurvey(target.format, sources, request.reordered));
  const changeable = sources.some((source) => source.description.format === 'pcapng') || sources.length > 1;
  const streamed =
    repeatable && changeable && targets.some((target) => target.kind === 'stream' && target.format === 'pcap');
  if (!blocks && !streamed) return targets.map(() => null);
  if (!repeatable) {
    throw new PcapshError('write.two-passes', 'captures are joined in two passes, and a source cannot be read twice', {
      hint: 'store it in a file first',
    });
  }
  const surveys = targets.map(() => createSurveySink());
  await request.produce(surveys);
  throwIfCancelled(request.signal);
  return surveys.map((sink) => sink.survey());
}

interface Attempt {
  /** null: a header was decided wrongly, begin again with `surveys`. */
  report: CommitReport | null;
  surveys: (Survey | null)[];
}

async function writeTargets(request: CommitRequest, surveys: readonly (Survey | null)[]): Promise<Attempt> {
  const { targets, signal } = request;
  const writers: TargetWriter[] = [];
  try {
    for (const target of targets) writers.push(await openWriter(target, request));
    const sinks = writers.map((writer, index) => openSink(writer, request, surveys[index]));
    await request.produce(sinks);
    throwIfCancelled(signal);
    const reports: SinkReport[] = [];
    for (const sink of sinks) reports.push(await sink.close());
    const reruns = sinks.map((sink) => sink.surveyForRerun());
    if (reruns.some((survey) => survey !== null)) {
      for (const writer of writers) writer.discard();
      return { report: null, surveys: reruns.map((survey, index) => survey ?? surveys[index]) };
    }
    const found = await unlessCancelled(
      Promise.all(writers.map((writer, index) => writer.finish(reports[index]))),
      signal,
    );
    requireUnchanged(request.bytes);
    for (const target of targets) if (target.kind === 'file') checkTarget(target);
    for (const writer of writers) writer.publish();
    const losses = [...new Set(sinks.flatMap((sink) => sink.losses.sentences()))];
    const files = targets.map((target, index) => writtenFile(target, reports[index], found[index]));
    return { report: { files, losses }, surveys: [] };
  } catch (error) {
    for (const writer of writers) writer.discard();
    throw error;
  }
}

async function openWriter(target: Target, { standardOutput, signal }: CommitRequest): Promise<TargetWriter> {
  return target.kind === 'file'
    ? openFileWriter(target)
    : openStreamWriter(target, standardOutput ?? process.stdout, signal);
}

function openSink({ target, output }: TargetWriter, request: CommitRequest, survey: Survey | null): CaptureSink {
  const options: CaptureSinkOptions = {
    target: target.path,
    sources: request.sources,
    selected: request.selected,
    reordered: request.reordered ?? false,
    comment: request.comment ?? null,
    allowLoss: request.allowLoss ?? false,
    survey,
  };
  return target.format === 'pcap' ? createPcapSink(output, options) : createPcapngSink(output, options);
}

function writtenFile({ path, format }: Target, { packets, bytes }: SinkReport, found: Verified | null): WrittenFile {
  return { path, format, packets, bytes, sha256: found?.sha256 ?? null };
}
