/**
 * What kind of failure an error is; the session turns it into an exit status.
 * `input`: flags, commands, grammar or a filter that cannot be understood (2). `failure`: everything else (1). `cancelled`: interrupted (130).
 */
export type ErrorKind = 'input' | 'failure' | 'cancelled';

/** What an error says beside its code and sentence. */
export interface ErrorDetails {
  kind?: ErrorKind;
  /** Place in the text that the user typed: 0-based, end-exclusive, UTF-16 units. */
  span?: readonly [number, number];
  /** What to do about it: one short sentence without a full stop. */
  hint?: string;
  cause?: unknown;
}

/** An error with a stable code ("filter.unknown-word") and one lower-case factual sentence with numbers. */
export class PcapshError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly span: readonly [number, number] | null;
  readonly hint: string | null;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PcapshError';
    this.code = code;
    this.kind = details.kind ?? 'failure';
    this.span = details.span ?? null;
    this.hint = details.hint ?? null;
  }
}

/** Throws the one error that a cancelled run ends with, if `signal` is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PcapshError('cancelled', 'cancelled', { kind: 'cancelled' });
}
