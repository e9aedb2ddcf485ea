import { PcapshError } from '../../errors.js';
import type { Span } from './ast.js';

/** An error of kind `input` with its place in the expression. */
export function syntaxError(message: string, span: Span, hint?: string, code = 'filter.syntax'): PcapshError {
  return new PcapshError(code, message, { kind: 'input', span, hint });
}

/** A word of the user's for a message: at most 40 characters. */
export function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
