import { clear } from './clear.js';
import type { Command } from './command.js';
import { count } from './count.js';
import { exit } from './exit.js';
import { filter } from './filter.js';
import { flows } from './flows.js';
import { handles } from './handles.js';
import { head } from './head.js';
import { help } from './help.js';
import { history } from './history.js';
import { info } from './info.js';
import { load } from './load.js';
import { match } from './match.js';
import { note } from './note.js';
import { nth } from './nth.js';
import { preview } from './preview.js';
import { redo } from './redo.js';
import { run } from './run.js';
import { save } from './save.js';
import { set } from './set.js';
import { show } from './show.js';
import { stats } from './stats.js';
import { tail } from './tail.js';
import { time } from './time.js';
import { tour } from './tour.js';
import { undo } from './undo.js';
import { why } from './why.js';
import { write } from './write.js';

/**
 * All commands, in the order in which help shows them. A declaration is light: what a command needs of the engine it reaches through its input, or
 * imports when it runs.
 */
export const commands: readonly Command[] = [
  load,
  filter,
  time,
  match,
  head,
  tail,
  nth,
  info,
  stats,
  count,
  preview,
  show,
  why,
  flows,
  write,
  handles,
  history,
  undo,
  redo,
  note,
  set,
  save,
  run,
  tour,
  help,
  clear,
  exit,
];

const byName = new Map(commands.map((command) => [command.name, command]));

export function findCommand(name: string): Command | undefined {
  return byName.get(name);
}
