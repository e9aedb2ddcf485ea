import type { IndexPlace } from '../src/plan/sidecar-policy.js';
import type { CommandList } from './compile.js';
import { languageError } from './language/lexer.js';
import { argvLine } from './one-shot.js';

/** What the program was started for. */
export type Way =
  | { way: 'help' }
  | { way: 'version' }
  | { way: 'command'; argv: string[] }
  | ({ way: 'session'; files: string[] } & Common)
  | ({ way: 'line'; files: string[]; line: string } & Common)
  | ({ way: 'script'; script: string; parameters: string[]; keepGoing: boolean } & Common);

interface Common {
  json: boolean;
  index: IndexPlace | null;
}

const PLACES: readonly string[] = ['beside', 'cache', 'none'];

/** Sorts argv. Throws an input error (with a span in `argvLine(argv).source`) for what fits nowhere. */
export function readArguments(argv: readonly string[], list: CommandList): Way {
  const { tokens } = argvLine(argv);
  const common: Common = { json: false, index: null };
  const files: string[] = [];
  const parameters: string[] = [];
  let line: string | null = null;
  let keepGoing = false;
  let script: string | null = null;
  let running = false;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    const value = (name: string): string => {
      if (i + 1 >= argv.length) throw languageError('flag-value', `${name} needs a value`, tokens[i].span);
      return argv[++i];
    };
    if (word === '--help' || word === '-h') return { way: 'help' };
    else if (word === '--version' || word === '-V') return { way: 'version' };
    else if (word === '--json') common.json = true;
    else if (word === '--index' || word.startsWith('--index=')) {
      common.index = readPlace(word, argv[i + 1]);
      if (word === '--index' && PLACES.includes(argv[i + 1])) i++;
    } else if (word === '-c') line = value('-c');
    else if (running && word === '--set') parameters.push(checkParameter(value('--set')));
    else if (running && word.startsWith('--set=')) parameters.push(checkParameter(word.slice('--set='.length)));
    else if (running && word === '--keep-going') keepGoing = true;
    else if (word === '--') {
      files.push(...argv.slice(i + 1));
      break;
    } else if (/^--?[A-Za-z]/.test(word)) {
      throw languageError('unknown-flag', `unknown flag "${word}"`, tokens[i].span, 'pcapsh --help lists them');
    } else if (word === 'run' && !running && files.length === 0) running = true;
    else if (running && script === null) script = word;
    else if (!running && files.length === 0 && line === null && list.findCommand(word) !== undefined) {
      // Flags that stand before the command are the command's.
      return { way: 'command', argv: [word, ...argv.slice(0, i), ...argv.slice(i + 1)] };
    } else files.push(word);
  }
  if (running) {
    if (script === null)
      throw languageError('missing-argument', 'run needs FILE.pcapsh', tokens[argv.indexOf('run')].span);
    if (files.length > 0)
      throw languageError(
        'surplus',
        `run takes one script: "${files[0]}" is too many`,
        tokens[argv.indexOf(files[0])].span,
      );
    return { way: 'script', script, parameters, keepGoing, ...common };
  }
  return line === null ? { way: 'session', files, ...common } : { way: 'line', files, line, ...common };
}

function readPlace(word: string, next: string | undefined): IndexPlace {
  const given = word === '--index' ? (PLACES.includes(next ?? '') ? next! : 'cache') : word.slice('--index='.length);
  if (PLACES.includes(given)) return given as IndexPlace;
  throw languageError('choice', `--index is beside, cache or none, not "${given}"`, [0, 0]);
}

function checkParameter(text: string): string {
  if (/^\$?[A-Za-z_][A-Za-z0-9_]*=/.test(text)) return text;
  throw languageError('parameter', `--set takes NAME=VALUE, not "${text}"`, [0, 0]);
}
