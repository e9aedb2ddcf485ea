import { type Command, type Context, outputOf } from '../commands/command.js';
import type { Preview } from '../commands/command-preview.js';
import { helpFor } from '../commands/help-text.js';
import type { PacketView } from '../commands/packet-view.js';
import { baseName } from '../commands/paths.js';
import type { Result } from '../commands/result.js';
import { previewOf } from '../commands/rows.js';
import { throwIfCancelled } from '../src/errors.js';
import { unlessCancelled } from '../src/plan/cancellation.js';
import type { Capture } from '../src/plan/capture.js';
import type { CompiledCell, CompiledOrigin, CompiledPipeline, CompiledStage } from './compile.js';
import type { Session } from './session.js';
import type { Handle } from './state.js';
import { windowsOf, windowsWithoutLook } from './windows.js';

export interface Execution {
  session: Session;
  context: Context;
  /** The name that the packets get, or null. */
  name: string | null;
  /** Sinks are left out. */
  recovering: boolean;
  keep(handle: Handle): void;
}

interface Flow {
  capture: Capture | null;
  /** What sinks on the way reported, and the answer of a last view. */
  results: Result[];
  /** Captures that were looked at. */
  asked: Capture[];
  /** How the last stage wants its packets to be shown. */
  view: PacketView;
}

/** Runs a compiled cell; its answers in order. */
export async function execute(cell: CompiledCell, execution: Execution): Promise<Result[]> {
  const { name, session, context } = execution;
  const flow = await runPipeline(cell.pipeline, execution);
  if (flow.capture === null) return withWindows(flow.results, flow.asked, execution);
  if (name === null) {
    // A sink that stands last has answered already.
    const last = cell.pipeline.stages.at(-1);
    if (last?.command.group === 'sink') return withWindows(flow.results, flow.asked, execution);
    const preview = await unlessCancelled(previewOf(flow.capture, flow.view, context), context.signal);
    await addTaggedForm(preview, flow.capture, execution);
    if (preview.packets !== null) session.inner.counts.set(flow.capture, preview.packets);
    return withWindows([...flow.results, preview], [...flow.asked, flow.capture], execution);
  }
  const meaning = meaningOf(cell);
  execution.keep({ name, capture: flow.capture, meaning });
  const { plan } = flow.capture;
  const lone = cell.target === null;
  const handle: Result = {
    kind: 'handle',
    name,
    note: lone && plan.step === 'load' ? bentName(name, plan.files[0]) : null,
    meaning: plan.step === 'load' ? null : meaning,
    files: plan.step === 'load' ? plan.files : [],
    descriptions: session.options.workspace.descriptions(flow.capture),
    preview:
      lone && session.options.previewLoads
        ? await unlessCancelled(previewOf(flow.capture, {}, context), context.signal)
        : null,
  };
  const results = await withWindows([...flow.results, handle], flow.asked, execution);
  const windows = windowsWithoutLook(flow.capture, session.inner.told);
  return windows === null ? results : [windows, ...results];
}

/** Windows of time are told before the first answer that hangs on them. */
async function withWindows(results: Result[], asked: readonly Capture[], execution: Execution): Promise<Result[]> {
  const { session, context } = execution;
  const windows = await windowsOf(asked, session.inner.told, {
    signal: context.signal,
    onProgress: context.onProgress,
  });
  return windows === null ? results : [windows, ...results];
}

/** The word about a name that is not the file's own. */
function bentName(name: string, file: string): string | null {
  if (file === '-') return `standard input is called ${name}`;
  return baseName(file) === name ? null : `${file} is called ${name}`;
}

/** What a handle means, for `handles`: its line without the name, one that was continued on one line. */
function meaningOf(cell: CompiledCell): string {
  const text = cell.target === null ? cell.source : cell.source.slice(cell.source.indexOf('=') + 1);
  const { from } = cell.pipeline;
  const implied = from !== null && 'handle' in from && from.implied ? `${from.handle} | ` : '';
  return implied + text.trim().replace(/\s*\\\r?\n\s*/g, ' ');
}

const OPERATIONS = { '&': 'intersect', '-': 'subtract', '+': 'union' } as const;

async function runOrigin(origin: CompiledOrigin, execution: Execution): Promise<Flow> {
  if ('handle' in origin) {
    const { capture } = execution.session.shelf().handles.get(origin.handle)!;
    return { capture, results: [], asked: [], view: {} };
  }
  if ('stages' in origin) return runPipeline(origin, execution);
  const left = await runOrigin(origin.left, execution);
  const right = await runOrigin(origin.right, execution);
  const capture = left.capture![OPERATIONS[origin.operator]](right.capture!);
  return {
    capture,
    results: [...left.results, ...right.results],
    asked: [...left.asked, ...right.asked],
    view: {},
  };
}

async function runPipeline(pipeline: CompiledPipeline, execution: Execution): Promise<Flow> {
  const { from } = pipeline;
  const flow: Flow =
    from === null ? { capture: null, results: [], asked: [], view: {} } : await runOrigin(from, execution);
  // What is only looked at writes nothing on the way.
  const previews = pipeline.stages.some((stage) => stage.preview);
  let origin = flow.capture;
  for (const stage of pipeline.stages) {
    throwIfCancelled(execution.context.signal);
    if (stage.help) return { ...flow, capture: null, results: [helpOf(stage.command, execution)] };
    if (stage.preview) {
      const result = await previewOnce(stage, { input: flow.capture!, from: origin! }, execution);
      return { ...flow, asked: [...flow.asked, flow.capture!], capture: null, results: [result] };
    }
    if ((execution.recovering || previews) && stage.command.group === 'sink') continue;
    const running = stage.command.run(flow.capture, stage.args, execution.context);
    // A sink that is cancelled tidies up before the cell ends; nobody needs to wait for a view.
    const result =
      stage.command.group === 'sink' ? await running : await unlessCancelled(running, execution.context.signal);
    await addTaggedForm(result, flow.capture, execution);
    if (result.kind === 'count' && flow.capture !== null)
      execution.session.inner.counts.set(flow.capture, result.count);
    flow.view = stage.command.shown?.(stage.args) ?? {};
    if (result.kind === 'packets') {
      flow.capture = result.capture;
      origin ??= flow.capture;
      if (result.skipped !== undefined) flow.results.push({ kind: 'skipped', ...result.skipped });
    } else {
      flow.results.push(result);
      if (flow.capture !== null) flow.asked.push(flow.capture);
      if (outputOf(stage.command, stage.args) === 'answer') flow.capture = null;
    }
  }
  return flow;
}

/** Somebody at a prompt rather has an estimate than waits longer than this, milliseconds. */
const PATIENCE = 150;

/** What a stage would do: exactly, or where somebody waits what is known by now. */
async function previewOnce(
  stage: CompiledStage,
  { input, from }: { input: Capture; from: Capture },
  execution: Execution,
): Promise<Result> {
  const { context, session } = execution;
  const enough = new AbortController();
  const signal = context.signal === undefined ? enough.signal : AbortSignal.any([context.signal, enough.signal]);
  let latest: Preview | null = null;
  let patient = true;
  let answer = (_preview: Preview): void => undefined;
  const answered = new Promise<Preview>((resolve) => {
    answer = resolve;
  });
  const tell = (estimate: Preview): void => {
    latest = estimate;
    if (!patient) answer(estimate);
  };
  const timer = setTimeout(() => {
    patient = false;
    if (latest !== null) answer(latest);
  }, PATIENCE);
  const waits = session.options.previewLoads;
  try {
    const exact = stage.command.preview!(input, stage.args, { ...context, signal, from, tell: waits ? null : tell });
    return { kind: 'previewed', preview: await unlessCancelled(Promise.race([exact, answered]), context.signal) };
  } finally {
    clearTimeout(timer);
    enough.abort();
  }
}

/** Where an answer is about no packets at all, it says whether tags hid them from an expression. */
async function addTaggedForm(result: Result, capture: Capture | null, { context }: Execution): Promise<void> {
  if (capture === null || capture.plan.step === 'load' || !isAboutNothing(result)) return;
  const { signal, onProgress } = context;
  const tagged = await capture.taggedForm({ signal, onProgress });
  if (tagged !== null) result.tagged = tagged;
}

function isAboutNothing(result: Result): boolean {
  switch (result.kind) {
    case 'count':
      return result.count === 0;
    case 'preview':
      return result.packets === 0;
    case 'stats':
    case 'info':
      return result.summary.packets === 0;
    case 'flows':
      return result.report.total === 0;
    case 'written':
      return result.report.files.every(({ packets }) => packets === 0);
    default:
      return false;
  }
}

function helpOf({ name }: Command, { context }: Execution): Result {
  return { kind: 'help', text: helpFor(name, context.desk.commands) };
}
