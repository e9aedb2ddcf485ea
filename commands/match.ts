import { PcapshError } from '../src/errors.js';
import { checkSearchWord, hexPattern, type MatchRequest, readSearchWord, textPattern } from '../src/filter/content.js';
import type { Capture } from '../src/plan/capture.js';
import { parseDuration } from '../src/time.js';
import { type AnyArguments, declare, type Pattern } from './command.js';
import { previewPackets } from './command-preview.js';
import type { Desk } from './desk.js';
import { PACKET_VIEW_FLAGS } from './packet-view.js';
import type { Result } from './result.js';
import { RULE_FLAGS, rulesOf } from './rule-flags.js';

/** Rules that say of which protocol, and in which direction. */
const RULES: ReadonlySet<string> = new Set(['proto', 'app', 'src-ip', 'dst-ip', 'src-port', 'dst-port']);

export const match = declare({
  name: 'match',
  group: 'select',
  summary:
    'the packets whose payload holds a text, bytes or what a regular expression says; or that bear indicators of a list, or are of the flows of alerts',
  args: [
    {
      name: 'pattern',
      type: 'pattern',
      placeholder: 'TEXT|/REGEX/',
      check: checkSearchWord,
      summary:
        'a text as it stands in UTF-8, in quotes where it begins with /; or a regular expression of bytes in the syntax of RE2, with flags i (letters of ' +
        'either case), s (. is any byte), m (^ and $ at lines)',
    },
    {
      name: 'text',
      flag: true,
      type: 'text',
      check: (text) => void textPattern(text),
      summary: 'a text, whatever it begins with',
    },
    {
      name: 'hex',
      flag: true,
      type: 'text',
      placeholder: 'BYTES',
      check: (text) => void hexPattern(text),
      summary: "bytes: 'de ad ?? ef'; ? is a digit that may be any",
    },
    {
      name: 'file',
      flag: true,
      type: 'path',
      summary:
        'a list of indicators, one a line: addresses, networks, ranges, ports (443, 53/udp), addresses with port, domain names (seen in DNS, SNI or Host, with ' +
        'the names below them; *.name: those alone), MD5, SHA-1 and SHA-256 of payloads, "texts", hex:de ad ?? ef; # begins a comment. Or CSV, whose header names ' +
        'columns of them: indicator and type, or ip, domain, sha256…',
    },
    {
      name: 'alerts',
      flag: true,
      type: 'path',
      summary:
        "alerts of Suricata's eve.json, or a Zeek log (TSV or JSON): packets of their flows, from the time at which an alert's flow began to that of the alert (to " +
        "the flow's end where the file tells it), or within the connection's time",
    },
    {
      name: 'within',
      flag: true,
      type: 'text',
      placeholder: 'DURATION',
      check: (text) => void parseDuration(text),
      summary: 'with --alerts: so long before and after as well',
    },
    { name: 'ignore-case', flag: true, type: 'boolean', summary: 'letters from A to Z in either case' },
    { name: 'whole', flag: true, type: 'boolean', summary: 'search the whole packet, not its payload alone' },
    {
      name: 'sent-by',
      flag: true,
      type: 'choice',
      choices: ['client', 'server'],
      summary: "only what was sent by the sender of a flow's earliest packet, or only what was sent to it",
    },
    {
      name: 'skip-bad-lines',
      flag: true,
      type: 'boolean',
      summary: 'pass over lines of the file that name nothing, and count them',
    },
    ...PACKET_VIEW_FLAGS,
    ...RULE_FLAGS.filter(({ name }) => RULES.has(name)),
  ],
  examples: [
    { line: 'office | match "HTTP/1.1" | count', summary: 'packets that hold a text' },
    { line: 'office | match /^(get|head) \\//i --columns number,source,info', summary: 'a regular expression' },
    {
      line: "office | match --hex '16 03 ?? ?? ?? 01' --proto tcp | count",
      summary: 'bytes, some of which may be any',
    },
    {
      line: 'office | match --file examples/indicators.txt',
      summary: 'a list of indicators, and what each packet bears',
    },
    { line: 'office | match "example" --sent-by client | flows --top 3', summary: 'one direction' },
  ],
  undoable: true,
  input: 'packets',
  shown: ({ columns, time }) => ({ columns, time }),
  async check(args) {
    requestOf(args);
  },
  async run(input, args, { desk }) {
    const capture = matched(input, args, desk);
    const skipped = await capture.skipped();
    return { kind: 'packets', capture, ...(skipped === null ? {} : { skipped }) } satisfies Result;
  },
  preview: (input, args, context) =>
    previewPackets(matched(input, args, context.desk), { columns: args.columns, time: args.time }, context),
});

interface MatchArguments extends AnyArguments {
  pattern: Pattern | undefined;
  text: string | undefined;
  hex: string | undefined;
  file: string | undefined;
  alerts: string | undefined;
  within: string | undefined;
  'ignore-case': boolean;
  whole: boolean;
  'sent-by': 'client' | 'server' | undefined;
  'skip-bad-lines': boolean;
}

/** Rules go first: fewer packets are left to be searched. */
function matched(input: Capture, args: MatchArguments, desk: Desk): Capture {
  const rules = rulesOf(args);
  const ruled = rules === null ? input : input.filter(rules, { zone: desk.zone() });
  return ruled.match(requestOf(args));
}

function requestOf(args: MatchArguments): MatchRequest {
  const { pattern, text, hex, file, alerts, within } = args;
  const subjects: MatchRequest[] = [];
  const skipBadLines = args['skip-bad-lines'];
  if (pattern !== undefined) subjects.push(pattern.quoted ? { text: pattern.text } : readSearchWord(pattern.text));
  if (text !== undefined) subjects.push({ text });
  if (hex !== undefined) subjects.push({ hex });
  if (file !== undefined) subjects.push({ file, skipBadLines });
  if (alerts !== undefined) subjects.push({ alerts, skipBadLines, within });
  if (subjects.length !== 1) {
    const given = subjects.length === 0 ? 'none is given' : `${subjects.length} are given`;
    throw wrong(`match takes one of TEXT, /REGEX/, --hex, --file and --alerts; ${given}`);
  }
  if (within !== undefined && alerts === undefined) throw wrong('match --within goes with --alerts');
  if (skipBadLines && file === undefined && alerts === undefined)
    throw wrong('match --skip-bad-lines goes with --file or --alerts');
  const isText = pattern !== undefined || text !== undefined || file !== undefined;
  if (args['ignore-case'] && !isText)
    throw wrong('match --ignore-case goes with texts, regular expressions and --file');
  return {
    ...subjects[0],
    ...(args['ignore-case'] && { ignoreCase: true }),
    ...(args.whole && { whole: true }),
    ...(args['sent-by'] !== undefined && { sentBy: args['sent-by'] }),
  };
}

function wrong(message: string): PcapshError {
  return new PcapshError('match.arguments', message, { kind: 'input', hint: 'help match shows how it is used' });
}
