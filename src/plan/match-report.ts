import { PcapshError } from '../errors.js';
import { compileMatch, createJudge, fileOf, type IndicatorInfo, type MatchRequest } from '../filter/content.js';
import type { RunOptions } from '../progress.js';
import type { Execution } from './handle.js';
import { loadMatch } from './match-stage.js';
import type { Packet } from './packet.js';
import { countSelected } from './selection.js';
import { isStage, type Plan } from './steps.js';
import { streamBatches } from './stream.js';

/** What a search found. */
export interface MatchReport {
  packets: number;
  /** Those that packets bear, the most frequent first; a packet counts for each that it bears. */
  indicators: IndicatorCount[];
  /** All that were looked for. */
  of: number;
  /** Lines of the file that name nothing and were passed over; the first of them with its reason. */
  skippedLines: number;
  firstSkipped: string | null;
}

/** Lines of a file that name nothing and were passed over, and why the first of them. */
export interface SkippedLines {
  path: string;
  lines: number;
  first: string;
}

export interface IndicatorCount extends IndicatorInfo {
  packets: number;
}

/** A search in words: a text, a regular expression (its flags i, s and m), or what `MatchRequest` names. */
export type MatchWords = string | RegExp | MatchRequest;

export function requestOf(words: MatchWords): MatchRequest {
  if (typeof words === 'string') return { text: words };
  // JavaScript's other flags say how to go on behind a match, or which characters there are.
  if (words instanceof RegExp) return { regex: words.source, flags: words.flags.replace(/[^ism]/g, '') };
  const names = ['text', 'hex', 'regex', 'file', 'alerts'];
  const given = names.filter(
    (name) => typeof (words as unknown as Record<string, unknown> | null)?.[name] === 'string',
  );
  if (given.length === 1) return words;
  throw new PcapshError('match.request', `match takes a text, a regular expression, or one of ${names.join(', ')}`, {
    kind: 'input',
  });
}

/** Runs a plan that ends in a search and counts what it found. @throws PcapshError for other plans */
export async function countMatches(plan: Plan, run: Execution, options: RunOptions): Promise<MatchReport> {
  if (plan.step !== 'match')
    throw new PcapshError('match.none', 'only what ends in a match has matches to count', { kind: 'input' });
  const { indicators, skipped, firstSkipped } = compileMatch(plan.match);
  const counts = new Float64Array(indicators.length);
  const add = (matched: Float64Array | undefined): void => {
    for (let i = 0; i < counts.length; i++) counts[i] += matched?.[i] ?? 0;
  };
  let packets = 0;
  if (run.on === 'table') {
    packets = countSelected(run.selection);
    for (const { matched } of run.selection) add(matched);
  } else {
    const stages = run.stages();
    for await (const { batch, keep } of streamBatches(run.sources, stages, options))
      for (let i = 0; i < batch.count; i++) packets += keep?.[i] ?? 1;
    add(stages.at(-1)?.matched);
  }
  const found = indicators.flatMap((info, i) => (counts[i] === 0 ? [] : [{ ...info, packets: counts[i] }]));
  found.sort((a, b) => b.packets - a.packets || compareTexts(a.text, b.text));
  return { packets, indicators: found, of: indicators.length, skippedLines: skipped, firstSkipped };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a plan that ends in a search passed over in its file; null for nothing. */
export function skippedLines(plan: Plan): SkippedLines | null {
  if (plan.step !== 'match') return null;
  const { skipped, firstSkipped } = compileMatch(plan.match);
  const path = fileOf(plan.match);
  return path === null || firstSkipped === null ? null : { path, lines: skipped, first: firstSkipped };
}

export interface Tagger {
  /** Indicators that are looked for. */
  of: number;
  /** Those that a packet bears. */
  tagsOf(packet: Packet): string[];
}

/** Tells the indicators that a packet bears, by all searches that a plan holds; null for a plan without a search. */
export async function createTagger(plan: Plan): Promise<Tagger | null> {
  const steps = [...matchSteps(plan)];
  if (steps.length === 0) return null;
  await loadMatch();
  const searches = steps.map(({ match: spec }) => {
    const match = compileMatch(spec);
    return { match, judge: createJudge(match, { whole: spec.whole === true }) };
  });
  const of = searches.reduce((sum, { match }) => sum + match.indicators.length, 0);
  const tagsOf: Tagger['tagsOf'] = ({ data, originalLength, linkType, timestamp }) => {
    const time = timestamp === null ? null : Number(timestamp / 1000n);
    const tags = new Set<string>();
    for (const { match, judge } of searches) {
      judge.begin();
      const count = judge.judge({ bytes: data, start: 0, length: data.length, originalLength, linkType, time });
      for (let i = 0; i < count; i++) tags.add(match.indicators[judge.found[i]].text);
    }
    return [...tags].sort(compareTexts);
  };
  return { of, tagsOf };
}

/** Every search under a plan, each once. */
function matchSteps(
  plan: Plan,
  found = new Set<Extract<Plan, { step: 'match' }>>(),
  seen = new Set<Plan>(),
): typeof found {
  for (let at = plan; !seen.has(at); ) {
    seen.add(at);
    if (at.step === 'match') found.add(at);
    if (isStage(at)) at = at.input;
    else if (at.step !== 'load') {
      matchSteps(at.left, found, seen);
      at = at.right;
    }
  }
  return found;
}
