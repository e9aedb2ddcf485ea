import type { Result } from '../commands/result.js';
import { escapeText } from '../src/bytes/escape.js';
import type { RunOptions } from '../src/progress.js';
import type { Config } from './config.js';
import type { Host, Output } from './host.js';
import { outcomeJson } from './json.js';
import { damageNotes } from './partial.js';
import { errorLines } from './render/error.js';
import { createPaint, type Paint, wantsColour } from './render/paint.js';
import { createProgressLine, type ProgressLine } from './render/progress.js';
import { renderResult } from './render/result.js';
import type { View } from './render/view.js';
import { SCRIPT_STOPPED } from './script.js';
import type { Outcome } from './session.js';

/** Shows what cells came to: text or JSON lines on stdout, messages and progress on stderr. */
export interface Printer {
  outcome(outcome: Outcome): Promise<void>;
  /** A line that a script runs. */
  echo(source: string): void;
  /** Tells those of a growing list that it has not told yet. */
  notices(list: readonly string[]): void;
  /** How far a run has come, on a terminal; gone when the run is over. */
  progress(): { onProgress: NonNullable<RunOptions['onProgress']>; clear(): void };
  paint: Paint;
}

export interface PrinterOptions {
  json: boolean;
  config(): Config;
  /** Columns before the line on the screen, where an error's marks can point into what was typed; null: the line is repeated. */
  typedAt?(): number | null;
}

/** A printer on the host's stdout and stderr. */
export async function createPrinter(host: Host, options: PrinterOptions): Promise<Printer> {
  const { stdout, stderr, environment } = host;
  const setting = options.config().colour;
  const paint = await createPaint(!options.json && wantsColour(environment, stdout.isTerminal, setting));
  const errorPaint = await createPaint(wantsColour(environment, stderr.isTerminal, setting));
  const viewOf = (output: Host['stdout'], painted: Paint): View => ({
    paint: painted,
    width: Math.max(40, output.columns()),
    whole: output.isUnbounded === true,
    zone: options.config().zone,
  });
  /** Where packets went to stdout nothing else goes there. */
  const reportTo = (results: readonly Result[]): Output =>
    results.some((result) => result.kind === 'written' && result.report.files.some((file) => file.path === '-'))
      ? stderr
      : stdout;
  let drawn: ProgressLine | null = null;
  let told = 0;
  return {
    paint,
    async outcome(outcome) {
      drawn?.clear();
      if (options.json) {
        reportTo(outcome.results).write(`${outcomeJson(outcome)}\n`);
        return;
      }
      const { error } = outcome;
      for (const result of outcome.results) {
        const output = reportTo(result.kind === 'windows' ? outcome.results : [result]);
        const lines = renderResult(result, viewOf(output, output === stdout ? paint : errorPaint));
        if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
        for (const note of damageNotes(result)) stderr.write(`  ${errorPaint.bad('✗')} ${escapeText(note)}\n`);
      }
      if (error === null || (error.kind === 'cancelled' && error.code !== SCRIPT_STOPPED && !stderr.isTerminal)) return;
      stderr.write(
        `${errorLines(error, outcome.source, viewOf(stderr, errorPaint), options.typedAt?.() ?? null).join('\n')}\n`,
      );
    },
    echo(source) {
      if (options.json) return;
      // A note begins something new.
      if (/^\s*#/.test(source)) stdout.write(`\n${paint.dim(source)}\n`);
      else stdout.write(`${paint.dim('›')} ${source}\n`);
    },
    notices(list) {
      for (; told < list.length; told++) {
        drawn?.clear();
        stderr.write(`  ${errorPaint.dim(escapeText(list[told]))}\n`);
      }
    },
    progress() {
      const line = createProgressLine(stderr, host.ticks, errorPaint);
      drawn = line;
      return { onProgress: line.show, clear: line.clear };
    },
  };
}
