import { createInterface } from 'node:readline';
import type { Host } from '../host.js';
import type { Printer } from '../print.js';
import type { Session } from '../session.js';

export interface PipedOptions {
  host: Host;
  session: Session;
  printer: Printer;
}

/** Runs the lines that come in, one after the other, without painting a prompt; a cell that fails does not end the session. */
export async function runPiped({ host, session, printer }: PipedOptions): Promise<number> {
  const controller = new AbortController();
  const lines = createInterface({ input: host.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const quiet = host.onInterrupt(() => {
    controller.abort();
    lines.close();
  });
  try {
    let source = '';
    for await (const line of lines) {
      source = source === '' ? line : `${source}\n${line}`;
      if (isContinued(source)) continue;
      const progress = printer.progress();
      await session.runLine(source, { signal: controller.signal, onProgress: progress.onProgress });
      progress.clear();
      source = '';
      if (session.leaving() || controller.signal.aborted) break;
    }
    if (source !== '' && !controller.signal.aborted && !session.leaving())
      await session.runLine(source, { signal: controller.signal });
  } finally {
    quiet();
    lines.close();
  }
  return controller.signal.aborted ? 130 : session.status();
}

/** The line goes on in the next one. Notes never do. */
export function isContinued(source: string): boolean {
  return source.endsWith('\\') && !/^\s*#/.test(source);
}
