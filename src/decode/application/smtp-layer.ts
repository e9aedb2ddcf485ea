import type { LayerFunction } from '../dissector.js';
import { type CommandLine, emitLines, readLines, viewLines } from './command-lines.js';
import { isReply } from './replies.js';

/** Simple Mail Transfer Protocol: RFC 5321 section 4, commands and replies; enhanced status codes by RFC 3463. The mail itself is not read. */

export interface SmtpView {
  isReply: boolean;
  lines: CommandLine[];
}

export function viewSmtp(bytes: Uint8Array, at: number, end: number): SmtpView | null {
  const replies = isReply(bytes, at, end);
  const lines = viewLines(bytes, at, end, replies);
  return lines === null ? null : { isReply: replies, lines };
}

export function emitSmtp({ lines }: SmtpView): Uint8Array {
  return emitLines(lines);
}

const REPLY = { line: 'Reply Line', word: 'Reply Code', rest: 'Text String' };
const COMMAND = { line: 'Command Line', word: 'Command', rest: 'Parameter' };

export const layerSmtp: LayerFunction = (input) =>
  readLines(input, 'smtp', 'SMTP', REPLY, COMMAND, (replies, text) => `${replies ? 'S' : 'C'}: ${text}`);
