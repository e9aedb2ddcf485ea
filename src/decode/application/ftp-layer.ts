import type { LayerFunction } from '../dissector.js';
import { type CommandLine, emitLines, readLines, viewLines } from './command-lines.js';
import { isReply } from './replies.js';

/** File Transfer Protocol, the control connection: RFC 959 sections 4 and 5; RFC 2228, RFC 2428, RFC 3659. */

export interface FtpView {
  isReply: boolean;
  lines: CommandLine[];
}

export function viewFtp(bytes: Uint8Array, at: number, end: number): FtpView | null {
  const replies = isReply(bytes, at, end);
  const lines = viewLines(bytes, at, end, replies);
  return lines === null ? null : { isReply: replies, lines };
}

export function emitFtp({ lines }: FtpView): Uint8Array {
  return emitLines(lines);
}

const REPLY = { line: 'Reply', word: 'Reply Code', rest: 'Text' };
const COMMAND = { line: 'Command', word: 'Command Code', rest: 'Argument' };

export const layerFtp: LayerFunction = (input) =>
  readLines(input, 'ftp', 'FTP', REPLY, COMMAND, (replies, text) => `${replies ? 'Response' : 'Request'}: ${text}`);
