import type { Result } from '../../commands/result.js';
import { escapeText } from '../../src/bytes/escape.js';
import { formatCount } from '../../src/bytes/size.js';
import { explanationLines, taggedLine, whyLines } from './explanation.js';
import { packetLines } from './layers.js';
import { flowLines, handleLines, handleTable, helpLines, historyTable, settingsTable, writtenLines } from './lists.js';
import { previewLines } from './packets.js';
import { previewedLines } from './preview.js';
import { infoLines, statsLines } from './stats.js';
import { INDENT, type View } from './view.js';
import { windowsLines } from './windows.js';

/** An answer as lines of text. */
export function renderResult(result: Result, view: View): string[] {
  const lines = answerLines(result, view);
  return result.tagged === undefined ? lines : [...lines, taggedLine(result.tagged, view)];
}

function answerLines(result: Result, view: View): string[] {
  switch (result.kind) {
    case 'windows':
      return windowsLines(result, view);
    case 'count':
      return [`${INDENT}${formatCount(result.count)}`];
    case 'stats':
      return statsLines(result as Result & { kind: 'stats' }, view);
    case 'info':
      return infoLines(result as Result & { kind: 'info' }, view);
    case 'preview':
      return previewLines(result, view);
    case 'previewed':
      return previewedLines(result.preview, view);
    case 'packet':
      return packetLines(result, view);
    case 'explanation':
      return explanationLines(result, view);
    case 'why':
      return whyLines(result, view);
    case 'flows':
      return flowLines(result, view);
    case 'written':
      return writtenLines(result, view);
    case 'handle':
      return [...handleLines(result, view), ...(result.preview === null ? [] : previewLines(result.preview, view))];
    case 'handles':
      return handleTable(result, view);
    case 'history':
      return historyTable(result, view);
    case 'settings':
      return settingsTable(result, view);
    case 'help':
      return helpLines(result.text, view);
    case 'message':
      return [`${INDENT}${escapeText(result.text)}`];
    case 'packets':
    case 'skipped':
    case 'nothing':
      return [];
  }
}
