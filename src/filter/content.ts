import { statSync } from 'node:fs';
import { PcapshError } from '../errors.js';
import { parseDuration } from '../time.js';
import { readAlertFile } from './content/alert-file.js';
import { hexPattern, textPattern } from './content/byte-pattern.js';
import { type ContentMatch, compileAlerts, compileIndicators, NO_PARTS } from './content/compile.js';
import { readIndicatorFile } from './content/indicator-file.js';
import { compileRegex } from './content/regex.js';
import { readFlags } from './content/regex-flags.js';

export { hexPattern, textPattern } from './content/byte-pattern.js';
export type { ContentMatch, IndicatorInfo } from './content/compile.js';
export { type ContentJudge, createJudge, type JudgedPacket, loadNameReader } from './content/judge.js';

/** What packets are searched for. Files are named by path; `sha256` is that of the content that was meant. */
export type MatchSubject =
  | { readonly text: string }
  /** `de ad ?? ef` */
  | { readonly hex: string }
  | { readonly regex: string; readonly flags: string }
  | { readonly file: string; readonly sha256: string; readonly skipBadLines?: true }
  /** `within`: a duration by which the spans are made longer at both ends. */
  | { readonly alerts: string; readonly sha256: string; readonly skipBadLines?: true; readonly within?: string };

export interface MatchOptions {
  /** Texts in letters of either case (of ASCII). */
  readonly ignoreCase?: true;
  /** The whole packet is searched instead of its payload. */
  readonly whole?: true;
  /** Packets of the flow's source alone, or of its other end: the source is the sender of its earliest packet. */
  readonly sentBy?: 'client' | 'server';
}

/** A search as plain JSON. */
export type MatchSpec = MatchSubject & MatchOptions;

/** A search as it is asked for: the hash of a file is found when it is read. */
export type MatchRequest = MatchOptions &
  (
    | { readonly text: string }
    | { readonly hex: string }
    | { readonly regex: string; readonly flags?: string }
    | { readonly file: string; readonly skipBadLines?: boolean }
    | { readonly alerts: string; readonly skipBadLines?: boolean; readonly within?: string }
  );

/** What a word asks for: `/…/` with flags a regular expression, anything else a text. */
export function readSearchWord(word: string): { text: string } | { regex: string; flags: string } {
  if (!word.startsWith('/')) return { text: word };
  const end = word.lastIndexOf('/');
  if (end === 0)
    throw new PcapshError('match.regex', 'the regular expression has no / at its end', {
      kind: 'input',
      span: [0, word.length],
      hint: 'a text that begins with / stands in quotes, or behind --text',
    });
  return { regex: word.slice(1, end), flags: word.slice(end + 1) };
}

/** Throws for a word that cannot be meant, the span within it. */
export function checkSearchWord(word: string): void {
  const asked = readSearchWord(word);
  if ('text' in asked) {
    textPattern(asked.text);
    return;
  }
  try {
    compileRegex(asked.regex, readFlags(asked.flags, asked.regex.length + 1));
  } catch (error) {
    if (!(error instanceof PcapshError) || error.span === null) throw error;
    const { code, message, hint, span } = error;
    // Behind the / that opens it.
    throw new PcapshError(code, message, { kind: 'input', hint: hint ?? undefined, span: [span[0] + 1, span[1] + 1] });
  }
}

/** Searches that were made ready last. Large lists take memory, so few are kept. */
const KEPT = 4;
const kept = new Map<string, { match: ContentMatch; stamp: string }>();

/** Checks a search and reads its file. Throws PcapshError (kind `input`); a span lies in the text, bytes or expression. */
export function resolveMatch(request: MatchRequest): MatchSpec {
  const options: MatchOptions = {
    ...(request.ignoreCase && { ignoreCase: true }),
    ...(request.whole && { whole: true }),
    ...(request.sentBy !== undefined && { sentBy: request.sentBy }),
  };
  if ('file' in request || 'alerts' in request) return resolveFile(request, options);
  const spec: MatchSpec =
    'text' in request
      ? { text: request.text, ...options }
      : 'hex' in request
        ? { hex: request.hex, ...options }
        : { regex: request.regex, flags: request.flags ?? '', ...options };
  compileMatch(spec);
  return spec;
}

function resolveFile(
  request: Extract<MatchRequest, { file: string } | { alerts: string }>,
  options: MatchOptions,
): MatchSpec {
  const path = 'file' in request ? request.file : request.alerts;
  const stamp = stampOf(path);
  const skip = request.skipBadLines === true ? ({ skipBadLines: true } as const) : {};
  const within = 'within' in request && request.within !== undefined ? { within: request.within } : {};
  const draft: MatchSpec =
    'file' in request
      ? { file: path, sha256: '', ...skip, ...options }
      : { alerts: path, sha256: '', ...skip, ...within, ...options };
  const { match, sha256 } = make(draft);
  const spec = { ...draft, sha256: sha256! };
  keep(spec, match, stamp);
  return spec;
}

/** Makes a search ready. Throws `match.changed` where its file is not what it was when the search was made. */
export function compileMatch(spec: MatchSpec): ContentMatch {
  const path = fileOf(spec);
  const stamp = path === null ? '' : stampOf(path);
  const known = kept.get(JSON.stringify(spec));
  if (known?.stamp === stamp) return known.match;
  const { match, sha256 } = make(spec);
  if (path !== null && 'sha256' in spec && spec.sha256 !== sha256)
    throw new PcapshError('match.changed', `${path} has changed since the search for it was made`, {
      hint: 'make it again: match reads the file as it is then',
    });
  keep(spec, match, stamp);
  return match;
}

/** The file that a search reads, null for one that reads none. */
export function fileOf(spec: MatchSpec): string | null {
  if ('file' in spec) return spec.file;
  return 'alerts' in spec ? spec.alerts : null;
}

function keep(spec: MatchSpec, match: ContentMatch, stamp: string): void {
  const key = JSON.stringify(spec);
  kept.delete(key);
  kept.set(key, { match, stamp });
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
}

/** What changes when a file does. */
function stampOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}

function make(spec: MatchSpec): { match: ContentMatch; sha256: string | null } {
  const plain = (part: Pick<ContentMatch, 'indicators' | 'parts'>): { match: ContentMatch; sha256: null } => ({
    match: { ...part, skipped: 0, firstSkipped: null },
    sha256: null,
  });
  const ignoreCase = spec.ignoreCase === true;
  if ('text' in spec) {
    const indicator = { type: 'text', pattern: textPattern(spec.text) } as const;
    return plain(compileIndicators([{ text: JSON.stringify(spec.text), indicator }], ignoreCase, 'match'));
  }
  if ('hex' in spec) {
    const indicator = { type: 'hex', pattern: hexPattern(spec.hex) } as const;
    return plain(compileIndicators([{ text: spec.hex.trim(), indicator }], false, 'match'));
  }
  if ('regex' in spec) {
    const flags = readFlags(spec.flags, spec.regex.length);
    const regex = compileRegex(spec.regex, ignoreCase ? { ...flags, ignoreCase } : flags);
    const indicators = [{ text: `/${spec.regex}/${spec.flags}`, type: 'regex' as const }];
    return plain({ indicators, parts: { ...NO_PARTS, regex } });
  }
  const skipBad = spec.skipBadLines === true;
  if ('file' in spec) {
    const list = readIndicatorFile(spec.file, skipBad);
    if (list.indicators.length === 0) throw empty(spec.file, 'lists no indicator', list.firstSkipped);
    const { skipped, firstSkipped, sha256 } = list;
    return { match: { ...compileIndicators(list.indicators, ignoreCase, spec.file), skipped, firstSkipped }, sha256 };
  }
  const margin = spec.within === undefined ? 0 : Number(parseDuration(spec.within) / 1000n);
  const { records, skipped, firstSkipped, sha256 } = readAlertFile(spec.alerts, skipBad);
  if (records.length === 0) throw empty(spec.alerts, 'holds no alert and no connection', firstSkipped);
  return { match: { ...compileAlerts(records, margin), skipped, firstSkipped }, sha256 };
}

function empty(path: string, what: string, reason: string | null): PcapshError {
  return new PcapshError('match.empty', `${path} ${what}${reason === null ? '' : `: ${reason}`}`, { kind: 'input' });
}
