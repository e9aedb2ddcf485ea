import { packetPlace } from '../../commands/packet-number.js';
import type { Result } from '../../commands/result.js';
import { escapeText } from '../../src/bytes/escape.js';
import { counted, formatCount } from '../../src/bytes/size.js';
import type { DecidedBy } from '../../src/filter/clauses.js';
import type { ClauseVerdict, ExplainedClause, JudgedClause } from '../../src/plan/explanation.js';
import type { TaggedForm } from '../../src/plan/tagged-form.js';
import { tableLines } from './table.js';
import { INDENT, type View } from './view.js';

const PLACES: Record<DecidedBy, string> = { flow: 'per flow', column: 'per column', bytes: 'from bytes' };

/** What a filter does: its tree, and the funnel of its clauses. */
export function explanationLines(result: Result & { kind: 'explanation' }, view: View): string[] {
  const { packets, kept, funnel, trees, windows } = result.explanation;
  const rows: string[][] = [];
  const list = (clause: ExplainedClause, depth: number): void => {
    const words = clause.op ?? clause.clause;
    const read = clause.fromBytes === null || clause.fromBytes === 0 ? '' : `${formatCount(clause.fromBytes)} read`;
    rows.push([
      `${'  '.repeat(depth)}${escapeText(words)}`,
      clause.op === null ? PLACES[clause.decidedBy] : '',
      clause.matches === null ? '' : formatCount(clause.matches),
      clause.op === null ? read : '',
    ]);
    for (const operand of clause.operands) list(operand, depth + 1);
  };
  for (const tree of trees) list(tree, 0);
  const tree = tableLines(
    [
      { title: 'clause', gives: true, least: 16 },
      { title: 'decided' },
      { title: 'matches', right: true },
      { title: 'bytes', drops: 1 },
    ],
    rows,
    view,
  );
  const steps = tableLines(
    [
      { title: 'step', gives: true, least: 16 },
      { title: 'removes', right: true },
      { title: 'leaves', right: true },
    ],
    [
      ['all', '', formatCount(packets)],
      ...funnel.map(({ clause, removed, left }) => [escapeText(clause), formatCount(removed), formatCount(left)]),
    ],
    view,
  );
  const times = windows.map(
    ({ rule, start, end }) => `${INDENT}${view.paint.dim(`${escapeText(rule)}: ${start ?? '…'} .. ${end ?? '…'}`)}`,
  );
  const sum = `${INDENT}${view.paint.strong(formatCount(kept))} of ${counted(packets, 'packet')} kept`;
  return [sum, ...times, '', ...tree, '', ...steps];
}

const VERDICTS: Record<ClauseVerdict, string> = {
  yes: 'yes',
  no: 'no',
  ignored: 'no say',
  unknown: 'unknown',
};

/** What became of a packet. */
export function whyLines({ history, several }: Result & { kind: 'why' }, view: View): string[] {
  const { packet, kept, stages } = history;
  const { paint } = view;
  const place = packetPlace(packet, several);
  const lines = [`${INDENT}packet ${place} is ${kept ? paint.good('kept') : paint.bad('dropped')}`];
  if (stages.length === 0) lines.push(`${INDENT}${paint.dim('nothing was selected: every packet is kept')}`);
  for (const stage of stages) {
    const state =
      stage.kept === null ? paint.dim('not reached') : stage.kept ? paint.good('kept') : paint.bad('dropped');
    const decider = stage.decidedBy === null ? '' : paint.dim(` by ${escapeText(stage.decidedBy)}`);
    lines.push('', `${INDENT}${escapeText(stage.stage)}: ${state}${decider}`);
    if (stage.clauses.length === 0) continue;
    const rows: string[][] = [];
    const list = (clause: JudgedClause, depth: number): void => {
      rows.push([
        `${'  '.repeat(depth)}${escapeText(clause.op ?? clause.clause)}`,
        VERDICTS[clause.verdict],
        escapeText(clause.seen ?? ''),
      ]);
      for (const operand of clause.operands) list(operand, depth + 1);
    };
    for (const clause of stage.clauses) list(clause, 0);
    lines.push(
      ...tableLines(
        [{ title: 'clause', gives: true, least: 16 }, { title: 'holds' }, { title: 'seen', gives: true, least: 16 }],
        rows,
        view,
      ),
    );
  }
  return lines;
}

/** The word about tags that hide packets from an expression. */
export function taggedLine({ expression, tagged, packets }: TaggedForm, { paint }: View): string {
  const words = `"${escapeText(expression)}" looks at untagged packets alone: "${escapeText(tagged)}" keeps ${formatCount(packets)}`;
  return `${INDENT}${paint.dim(words)}`;
}
