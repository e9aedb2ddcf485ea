import { readFileSync } from 'node:fs';
import type { PacketsPreview } from '../../commands/command-preview.js';
import type { Result } from '../../commands/result.js';
import { outcomeJson } from '../../session/json.js';
import { createLinePreviewer, judgeLine, type LinePreview } from '../../session/preview.js';
import { PLAIN } from '../../session/render/paint.js';
import { renderResult } from '../../session/render/result.js';
import { widthOf } from '../../session/render/width.js';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { buildPcap } from '../support/build-capture.js';
import { enterFolder, type Sitting, sit } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

let sitting: Sitting;
let leave: () => void;
beforeAll(async () => {
  leave = enterFolder();
  sitting = sit();
  await sitting.run(`web = load ${OFFICE}`, 'udp_only = web | filter udp');
});
afterAll(async () => {
  await sitting.workspace.close();
  leave();
});

/** All that is told of one line, to its last word. */
function lookAt(text: string, cursor?: number): Promise<LinePreview[]> {
  return new Promise((resolve) => {
    const answers: LinePreview[] = [];
    const previewer = createLinePreviewer(sitting.session, (answer) => {
      answers.push(answer);
      if (answer.final) resolve(answers);
    });
    previewer.ask(text, cursor);
  });
}

const last = async (text: string, cursor?: number): Promise<LinePreview> => (await lookAt(text, cursor)).at(-1)!;

describe('the state of a line', () => {
  test.each<[string, LinePreview['state'], string | null]>([
    ['', 'empty', null],
    ['# a note', 'empty', null],
    ['web', 'valid', 'web'],
    ['web | filter tcp port 443', 'valid', 'web | filter tcp port 443'],
    ['x = web | filter tcp', 'valid', 'x = web | filter tcp'],
    ['web | fil', 'incomplete', 'web'],
    ['web |', 'incomplete', 'web'],
    ['web | filter', 'incomplete', 'web'],
    ['web | filter ', 'incomplete', 'web'],
    ['web | filter tcp and', 'incomplete', 'web | filter tcp'],
    ['web | filter tcp and dst port', 'incomplete', 'web | filter tcp'],
    ['web | filter tcp and (udp or', 'incomplete', 'web | filter tcp'],
    ['web | filter net 10.0.0.0/', 'incomplete', 'web'],
    ['web | filter host fe80:', 'incomplete', 'web'],
    ["web | filter 'tcp", 'incomplete', 'web'],
    ['web | filter tcp | hea', 'incomplete', 'web | filter tcp'],
    ['web | filter --port', 'incomplete', 'web'],
    ['web | filter tcp --por', 'incomplete', 'web | filter tcp'],
    ['web | filter --ip 10.0.', 'incomplete', 'web'],
    ['web | time 04:4', 'incomplete', 'web'],
    ['we', 'incomplete', null],
    ['web &', 'incomplete', 'web'],
    ['(web | filter tcp', 'incomplete', null],
    ['web | filter tcp and dst prot 443', 'wrong', null],
    ['web | filter port 99999', 'wrong', null],
    ['web | filter net 10.0.0.1/8', 'wrong', null],
    ['web | filter host 10.0.0.300', 'wrong', null],
    ['web | conut', 'wrong', null],
    ['web | count | head', 'wrong', null],
    ['wbe | count', 'wrong', null],
    ['web | head --fast', 'wrong', null],
  ])('%j is %s', async (text, state, part) => {
    const judged = await judgeLine(sitting.session, text);
    expect({ state: judged.state, problem: judged.problem === null }).toEqual({
      state,
      problem: state === 'valid' || state === 'empty',
    });
    expect(judged.cell === null ? null : text.slice(0, judged.upTo)).toBe(part);
  });

  test('a mistake has its code, its place and what was probably meant', async () => {
    expect(await last('web | filter tcp and dst prot 443')).toMatchObject({
      state: 'wrong',
      problem: {
        code: 'filter.unknown-word',
        message: 'unknown word "prot"',
        span: [25, 29],
        hint: 'did you mean port?',
      },
      upTo: null,
      preview: null,
    });
  });

  test.each([
    ['web | filter tcp and dst po', 'incomplete', 'web | filter tcp'],
    ['web | filter host 10.0.', 'incomplete', 'web'],
    ['web | filter tcp and host nowhere.example', 'wrong', null],
  ])('only the capture tells what %j is: %s', async (text, state, part) => {
    const { problem, upTo, preview, ...said } = await last(text);
    expect({ ...said, part: upTo === null ? null : text.slice(0, upTo) }).toEqual({ state, final: true, part });
    expect(problem?.code).toMatch(/^filter\./);
    expect(preview === null).toBe(part === null);
  });

  test('what stands behind the cursor can make a line wrong, not incomplete', async () => {
    expect((await judgeLine(sitting.session, 'web | filter tcp and | count', 20)).state).toBe('wrong');
  });
});

describe('figures', () => {
  const count = async (line: string): Promise<number> => {
    await sitting.run(`${line} | count`);
    return (sitting.outcomes.at(-1)!.results.at(-1) as { count: number }).count;
  };

  test.each([
    ['web | filter tcp port 443', 'web | filter tcp port 443'],
    ['web | filter tcp and', 'web | filter tcp'],
    ['x = web | filter tcp | head 3', 'web | filter tcp | head 3'],
    ['web | filter tcp | count', 'web | filter tcp'],
    ['web | filter tcp | stats', 'web | filter tcp'],
    ['udp_only', 'udp_only'],
    ['filter tcp', 'filter tcp'],
    ['web & udp_only', 'web & udp_only'],
    ['(web | filter tcp) - udp_only | tail 7', '(web | filter tcp) - udp_only | tail 7'],
    ['web | filter --app dns', 'web | filter --app dns'],
    ['web | time +10s..+1m', 'web | time +10s..+1m'],
  ])('%j', async (text, line) => {
    const { preview } = await last(text);
    expect(preview).toMatchObject({ kind: 'packets', packets: await count(line), exact: true });
  });

  test('a write tells what it would do, and does nothing', async () => {
    const path = `${process.cwd()}/never-written.pcap`;
    const { preview } = await last(`web | filter tcp | write ${path}`);
    expect(preview).toMatchObject({
      kind: 'write',
      packets: await count('web | filter tcp'),
      files: [{ path, format: 'pcap' }],
    });
    expect(sitting.host.files.kind(path)).toBeNull();
  });

  test('nothing is opened or run to look at a line', async () => {
    const before = sitting.session.shelf();
    for (const text of [`load ${OFFICE} | filter tcp`, 'undo', 'note x', 'set zone UTC']) {
      expect(await lookAt(text)).toMatchObject([{ preview: null, final: true }]);
    }
    expect(sitting.session.shelf()).toBe(before);
  });
});

describe('asked for with a last ?', () => {
  const shown = async (line: string): Promise<unknown> => {
    await sitting.run(line);
    return sitting.outcomes.at(-1)!.results.at(-1);
  };

  test.each([
    ['web | filter tcp port 443 ?', 'web | filter tcp port 443'],
    ["web | filter 'tcp port 443' ?", 'web | filter tcp port 443'],
    ['filter --port 443 ?', 'filter --port 443'],
    ['web | filter udp | head 4 ?', 'web | filter udp | head 4'],
    ['web | time +1s..+20s ?', 'web | time +1s..+20s'],
    ['new = web | filter udp ?', 'web | filter udp'],
  ])('%j', async (line, asked) => {
    const result = await shown(line);
    await sitting.run(`${asked} | count`);
    const { count } = sitting.outcomes.at(-1)!.results.at(-1) as { count: number };
    expect(result).toMatchObject({ kind: 'previewed', preview: { kind: 'packets', packets: count, exact: true } });
  });

  test('no handle is made, nothing is written on the way, and it is no part of what is saved', async () => {
    const path = `${process.cwd()}/on-the-way.pcap`;
    await shown(`fresh = web | write ${path} --allow-loss | filter udp ?`);
    expect(sitting.session.shelf().handles.has('fresh')).toBe(false);
    expect(sitting.host.files.kind(path)).toBeNull();
    await sitting.run('save session.pcapsh');
    expect(readFileSync('session.pcapsh', 'utf8')).not.toContain('?');
  });
});

describe('as text and as JSON', () => {
  const view = { paint: PLAIN, width: 80, zone: 'UTC' };
  const resultOf = async (line: string): Promise<Result> => {
    await sitting.run(line);
    return sitting.outcomes.at(-1)!.results.at(-1)!;
  };

  test('packets: figures, clauses, time, a sample', async () => {
    const lines = renderResult(await resultOf('web | filter tcp port 443 and not host 10.0.0.9 ?'), view);
    expect(lines[0]).toMatch(/^ {2}✓ [\d,]+ packets \([\d.]+ %\) · [\d.]+ .?B · \d+ flows$/);
    expect(lines[1]).toMatch(/^ {4}tcp port 443 {6}▕.{16}▏ [\d,]+$/);
    expect(lines[2]).toMatch(/^ {4}not host 10.0.0.9 ▕.{16}▏ [\d,]+$/);
    expect(lines[3]).toMatch(/^ {4}\d\d:\d\d:\d\d .{48} \d\d:\d\d:\d\d$/);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
    const narrow = renderResult(await resultOf('web | filter tcp port 443 and not host 10.0.0.9 ?'), {
      ...view,
      width: 50,
    });
    for (const line of narrow) expect(widthOf(line)).toBeLessThanOrEqual(50);
    expect(renderResult(await resultOf('web | filter port 9 ?'), view)).toEqual(['  ✓ 0 packets (0.0 %)']);
  });

  test('an estimate says so, and how much has been read', async () => {
    const result = (await resultOf('web | filter tcp ?')) as Result & { kind: 'previewed' };
    const estimate = { ...result, preview: { ...result.preview, exact: false, share: 0.437 } as PacketsPreview };
    expect(renderResult(estimate, view)[0]).toMatch(/^ {2}≈ [\d,]+ packets so far \([\d.]+ %\) · .* · 43 % read$/);
  });

  test('a write: what, what it loses, what stays', async () => {
    const lines = renderResult(await resultOf('web | filter udp | write udp.pcap ?'), view);
    expect(lines[0]).toMatch(/^ {2}will write {2}udp.pcap {3}pcap, nanoseconds {3}\d+ packets {3}≈ \d+ kB/);
    expect(lines.join('\n')).toMatch(
      /\n {2}loses {7}1 comment\n[\s\S]*--allow-loss\n {2}sources {5}examples\/office.pcapng stays untouched$/,
    );
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
    expect(renderResult(await resultOf(`web | write ${OFFICE} ?`), view)[0]).toContain('a source is never overwritten');
  });

  test('JSON', async () => {
    await sitting.run('web | filter tcp and port 443 ?');
    const { result } = JSON.parse(outcomeJson(sitting.outcomes.at(-1)!));
    expect(result).toMatchObject({
      preview: 'packets',
      exact: true,
      share: 1,
      funnel: [{ clause: 'tcp' }, { clause: 'port 443' }],
    });
    expect(result.histogram.counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(result.packets);
    await sitting.run(`web | write ${OFFICE} -o udp.pcapng ?`);
    const { result: write } = JSON.parse(outcomeJson(sitting.outcomes.at(-1)!));
    expect(write).toMatchObject({
      preview: 'write',
      packets: result.of,
      files: [{ error: { code: 'refused.source' } }, { path: 'udp.pcapng', format: 'pcapng', replaces: false }],
    });
  });
});

test('what is superseded is never told', async () => {
  const words = 'web | filter tcp and port 443 or udp and greater 100 | head 5'.split(' ');
  const told: LinePreview[] = [];
  let asked = '';
  let over: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    over = resolve;
  });
  const previewer = createLinePreviewer(sitting.session, (answer) => {
    told.push(answer);
    // Whatever is told is about the line that was asked last.
    if (answer.upTo !== null && answer.state === 'valid') expect(answer.upTo).toBe(asked.length);
    if (answer.final && asked === words.join(' ')) over();
  });
  for (let i = 1; i <= words.length; i++) {
    asked = words.slice(0, i).join(' ');
    previewer.ask(asked);
    for (let turns = 0; turns < i % 4; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  await finished;
  expect(told.at(-1)).toMatchObject({ state: 'valid', final: true, preview: { packets: 5 } });
  previewer.ask('web | filter tcp');
  previewer.close();
  const heard = told.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(told).toHaveLength(heard);
});

test('what a link type refuses is wrong, with the sentence of the filter', async () => {
  const bytes = buildPcap({
    linkWord: 101,
    records: [{ seconds: 1, fraction: 0, data: Uint8Array.of(0x45, 0, 0, 20) }],
  });
  const own = sit({ workspace: openWorkspace({ interactive: true, openSource: () => openMemorySource(bytes) }) });
  await own.run('raw = load raw.pcap');
  const answer = await new Promise<LinePreview>((resolve) => {
    const tell = (each: LinePreview): void => {
      if (each.final) resolve(each);
    };
    createLinePreviewer(own.session, tell).ask('raw | filter ether host 02:00:00:00:00:01');
  });
  expect(answer).toMatchObject({ state: 'wrong', preview: null });
  expect(answer.problem?.code).toMatch(/^filter\./);
  await own.workspace.close();
});
