import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DEFAULTS } from '../../session/config.js';
import { createPrinter } from '../../session/print.js';
import { runProgram } from '../../session/program.js';
import type { Session } from '../../session/session.js';
import { enterFolder, PROJECT, sit, type TestHost, testHost } from '../session/fixture.js';

/**
 * What is typed, and what is shown. `› ` begins a line at the prompt, `$ pcapsh ` a command line; what stands below is the answer, and `[2]` an exit
 * status that is not 0. PCAPSH_UPDATE=1 writes what is shown now.
 */
const FOLDER = `${PROJECT}test/transcripts/`;
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

/** Times that a run took differ from run to run. */
function steady(text: string): string {
  return text.replace(/\d+\.\d\d s( {2}verified)/g, '0.00 s$1').replace(/"ms":[\d.]+/g, '"ms":0');
}

/** Elements of a command line as a shell would part them: blanks, and '…' and "…" as they are. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|[^\s'"]+/g)].map((match) => match[1] ?? match[2] ?? match[0]);
}

async function replay(text: string): Promise<string> {
  const host: TestHost = testHost();
  const both = { ...host.stdout, write: host.stdout.write };
  const mixed = { ...host, stderr: both };
  let session: Session | null = null;
  const printer = await createPrinter(mixed, { json: false, config: () => session?.inner.config ?? DEFAULTS });
  const sitting = sit({ host: mixed, onOutcome: (outcome) => printer.outcome(outcome), onEcho: printer.echo });
  session = sitting.session;
  const shown: string[] = [];
  for (const line of text.split('\n')) {
    if (!/^(?:› |\$ pcapsh )/.test(line) && !line.startsWith('# ')) continue;
    shown.push(line);
    host.clear();
    if (line.startsWith('› ')) await session.runLine(line.slice(2));
    else if (line.startsWith('$ ')) {
      const status = await runProgram(shellWords(line.slice('$ pcapsh '.length)), mixed);
      if (status !== 0) both.write(`[${status}]\n`);
    }
    if (host.out() !== '') shown.push(steady(host.out()).replace(/\n$/, ''));
  }
  await sitting.workspace.close();
  return `${shown.join('\n')}\n`;
}

test.each(files)('%s', async (name) => {
  const text = readFileSync(FOLDER + name, 'utf8');
  const leave = enterFolder();
  const shown = await replay(text).finally(leave);
  if (process.env.PCAPSH_UPDATE === '1') writeFileSync(FOLDER + name, shown);
  else expect(shown).toBe(text);
});

test('there are transcripts', () => expect(files.length).toBeGreaterThan(0));
