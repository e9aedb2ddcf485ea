import { writeFileSync } from 'node:fs';
import type { Capture } from '../../src/plan/capture.js';
import type { MatchReport, MatchWords } from '../../src/plan/match-report.js';
import { openWorkspace } from '../../src/plan/workspace.js';

/** Searches on streams and on tables, which must answer alike. */

export const OFFICE = 'examples/office.pcapng';
export async function ask<T>(
  files: string[],
  interactive: boolean,
  work: (capture: Capture) => Promise<T>,
): Promise<T> {
  const workspace = openWorkspace({ interactive, threads: 1, index: 'none' });
  try {
    return await work(await workspace.load(files));
  } finally {
    await workspace.close();
  }
}

export async function numbers(capture: Capture): Promise<number[]> {
  const list: number[] = [];
  for await (const { number, file } of capture.packets()) list.push(file * 1_000_000 + number);
  return list;
}

interface Found {
  report: MatchReport;
  numbers: number[];
  tags: string[][];
}

export async function search(capture: Capture, what: MatchWords): Promise<Found> {
  const found = capture.match(what);
  const tagger = await found.tagger();
  const tags: string[][] = [];
  for await (const packet of found.packets()) tags.push(tagger!.tagsOf(packet));
  return { report: await found.matches(), numbers: await numbers(found), tags };
}

/** The same search on a stream and on tables, which must answer alike; and what is told of packets adds up. */
export async function both(
  what: MatchWords,
  files = [OFFICE],
  from: (capture: Capture) => Capture = (all) => all,
): Promise<Found> {
  const streamed = await ask(files, false, (capture) => search(from(capture), what));
  expect(await ask(files, true, (capture) => search(from(capture), what))).toEqual(streamed);
  expect(streamed.report.packets).toBe(streamed.numbers.length);
  const counts = new Map<string, number>();
  for (const tag of streamed.tags.flat()) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  expect(new Map(streamed.report.indicators.map(({ text, packets }) => [text, packets]))).toEqual(counts);
  return streamed;
}

/** A list of indicators as a file. */
export function list(path: string, lines: readonly string[]): { file: string } {
  writeFileSync(path, lines.join('\n'));
  return { file: path };
}
