import type { IndexPlace } from '../../src/plan/sidecar-policy.js';
import { formatDate } from '../../src/time.js';
import type { CommandList } from '../compile.js';
import { nameForFile } from '../compile.js';
import type { Config } from '../config.js';
import type { Host } from '../host.js';
import { findAbandoned, openJournal } from '../journal.js';
import { createPrinter, type Printer } from '../print.js';
import type { OpenWorkspace } from '../program.js';
import { quoted } from '../save.js';
import { createSession, type Session } from '../session.js';
import { firstScreen } from './first-screen.js';
import { runPiped } from './piped.js';

export interface PromptOptions {
  host: Host;
  config: Config;
  openWorkspace: OpenWorkspace;
  list: CommandList;
  files: string[];
  json: boolean;
  index: IndexPlace | null;
  examples: string;
  version: string;
}

/** A session at the plain prompt, or on a pipe; its exit status. */
export async function runPrompt(options: PromptOptions): Promise<number> {
  const { host, config } = options;
  const atTerminal = host.stdin.isTTY === true && !options.json;
  const complain = (message: string): void => host.stderr.write(`  ${message}\n`);
  const abandoned = atTerminal ? findAbandoned(host) : null;
  const journal = openJournal(host, complain);
  const workspace = await options.openWorkspace({
    interactive: true,
    rereads: true,
    index: options.index ?? 'cache',
    writeIndex: options.index !== 'none',
    environment: host.environment,
    journal: journal?.path ?? null,
  });
  let typedAt: number | null = null;
  let session: Session | null = null;
  const printer: Printer = await createPrinter(host, {
    json: options.json,
    config: () => session?.inner.config ?? config,
    typedAt: () => typedAt,
  });
  session = createSession({
    host,
    workspace,
    list: options.list,
    config,
    journal,
    examples: options.examples,
    previewLoads: !atTerminal,
    onOutcome(outcome) {
      printer.notices(workspace.notices);
      return printer.outcome(outcome);
    },
    onEcho: printer.echo,
    onClear: () => {
      if (host.stdout.isTerminal && host.environment.TERM !== 'dumb') host.stdout.write('\x1b[H\x1b[2J\x1b[3J');
    },
  });
  try {
    if (atTerminal && options.files.length === 0)
      host.stdout.write(firstScreen(options.version, printer.paint, host.stdout.columns()));
    if (abandoned !== null) {
      const day = formatDate(BigInt(abandoned.started) * 1_000_000n, config.zone);
      const lines = abandoned.entries.length === 1 ? '1 line' : `${abandoned.entries.length} lines`;
      complain(`a session of ${day} ended without leaving (${lines}): run --recover brings its handles back`);
    }
    for (const file of options.files) {
      const taken = (name: string): boolean => session!.shelf().handles.has(name);
      await session.runLine(`${nameForFile(file, options.list, taken)} = load ${quoted(file)}`);
    }
    if (!atTerminal && options.files.includes('-')) return session.status(); // standard input was the capture
    if (!atTerminal) return await runPiped({ host, session, printer });
    const { runTerminal } = await import('./terminal.js');
    await runTerminal({ host, session, printer, list: options.list, at: (columns) => (typedAt = columns) });
    return 0;
  } finally {
    journal?.end();
    await workspace.close();
  }
}
