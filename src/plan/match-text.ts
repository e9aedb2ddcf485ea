import type { MatchSpec } from '../filter/content.js';

/** A search as it would be typed. */
export function matchText(match: MatchSpec): string {
  const flags = [
    match.ignoreCase === true ? '--ignore-case' : '',
    match.whole === true ? '--whole' : '',
    match.sentBy === undefined ? '' : `--sent-by ${match.sentBy}`,
    'skipBadLines' in match && match.skipBadLines === true ? '--skip-bad-lines' : '',
    'within' in match && match.within !== undefined ? `--within ${match.within}` : '',
  ];
  return ['match', subject(match), ...flags].filter((word) => word !== '').join(' ');
}

function subject(match: MatchSpec): string {
  if ('text' in match) return JSON.stringify(match.text);
  if ('hex' in match) return `--hex '${match.hex}'`;
  if ('regex' in match) return `/${match.regex}/${match.flags}`;
  return 'file' in match ? `--file ${match.file}` : `--alerts ${match.alerts}`;
}
