import { dirname, relative, resolve } from 'node:path';
import type { DocumentLine, Session } from './session.js';

/** The session as a script that stands at `file`: commands and notes, paths relative to the script; never state. */
export function documentText(session: Session, file: string): { text: string; lines: number } {
  const lines: string[] = [];
  for (const line of session.document()) {
    const text = line.kind === 'note' ? noteText(line.source) : cellText(line, dirname(file));
    if (text !== null) lines.push(text);
  }
  return { text: `#!/usr/bin/env -S pcapsh run\n${lines.map((line) => `${line}\n`).join('')}`, lines: lines.length };
}

/** A note as a line; one of several lines stays a note in each. */
function noteText(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '#' : `# ${line}`))
    .join('\n');
}

/** A cell as it is saved, or null when it does not belong into the document. */
function cellText(line: DocumentLine, folder: string): string | null {
  const { compiled } = line;
  if (compiled === null || line.state === 'failed') return null;
  const { stages, from } = compiled.pipeline;
  if (stages.some((stage) => stage.help || stage.preview || !stage.command.journal)) return null;
  if (stages.length === 1 && stages[0].command.name === 'note') return null;
  const text = withPlaces(line, folder);
  const body = text.slice(compiled.target === null ? 0 : text.indexOf('=') + 1).trim();
  // What the line left to the moment is said, so that it means the same anywhere.
  const implied = from !== null && 'handle' in from && from.implied ? `${from.handle} | ` : '';
  const name = compiled.target ?? line.name ?? null;
  return `${name === null ? '' : `${name} = `}${implied}${body}`;
}

function withPlaces(line: DocumentLine, folder: string): string {
  const { source, compiled } = line;
  const edits: { from: number; to: number; text: string }[] = [];
  for (const { span, text: path } of compiled!.paths) {
    if (path === '-' || source[span[0]] === '$') continue;
    const quote = source[span[0] - 1];
    const inQuotes = (quote === "'" || quote === '"') && source[span[1] - 1] === quote;
    const from = inQuotes ? span[0] - 1 : span[0];
    edits.push({ from, to: span[1], text: quoted(relative(folder, resolve(line.folder, path)) || '.') });
  }
  for (const { at, handle } of compiled!.implied ?? []) edits.push({ from: at, to: at, text: `${handle} | ` });
  let text = source;
  for (const edit of edits.sort((a, b) => b.from - a.from))
    text = text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  return text;
}

/** A word that the language reads back as `word`. */
export function quoted(word: string): string {
  if (word !== '' && /^[^\s|'"$#()[\]\\?=-][^\s|'"()[\]\\]*$/.test(word)) return word;
  if (!word.includes("'") && !/[\n\t]/.test(word)) return `'${word}'`;
  return `"${word.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t')}"`;
}
