import { isDigit } from './text-lines.js';

/** Replies that begin with three digits: RFC 959 section 4.2, RFC 5321 section 4.2. */

export const REPLY_CODE = 3;

/** Whether a reply begins at `at`: three digits, then a space, a hyphen or the line's end. */
export function isReply(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < REPLY_CODE) return false;
  for (let i = at; i < at + REPLY_CODE; i++) if (!isDigit(bytes[i])) return false;
  const next = at + REPLY_CODE < end ? bytes[at + REPLY_CODE] : 13;
  return next === 32 || next === 0x2d || next === 13 || next === 10;
}

/** The number that the three digits at `at` make. */
export function replyCode(bytes: Uint8Array, at: number): number {
  return (bytes[at] - 0x30) * 100 + (bytes[at + 1] - 0x30) * 10 + bytes[at + 2] - 0x30;
}
