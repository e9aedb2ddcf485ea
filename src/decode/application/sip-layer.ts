import { bytesField, Direct, type Input, type Next, type Step } from '../dissector.js';
import {
  emitHead,
  headerFields,
  headerValue,
  headProblem,
  type MessageHead,
  startLineField,
  viewHead,
} from './message-head.js';
import { shownText } from './text-fields.js';
import { startsWith } from './text-lines.js';

/** Session Initiation Protocol: RFC 3261 section 7, start line and header lines; a session description behind it is a layer of its own. */

export interface SipView extends MessageHead {
  isResponse: boolean;
}

/** The head of the message at `at`, null without a byte. */
export function viewSip(bytes: Uint8Array, at: number, end: number): SipView | null {
  const isResponse = startsWith(bytes, at, end, 'SIP/');
  const head = viewHead(bytes, at, end, isResponse);
  return head === null ? null : { ...head, isResponse };
}

/** The head's bytes. */
export function emitSip(view: SipView): Uint8Array {
  return emitHead(view);
}

const REQUEST_PARTS = ['Method', 'Request-URI', 'SIP-Version'] as const;
const STATUS_PARTS = ['SIP-Version', 'Status Code', 'Reason-Phrase'] as const;

/** Where the body ends: by Content-Length, which a datagram may leave out (section 18.3), and which is `l` for short. */
function bodyEnd(view: SipView, start: number, end: number): number {
  const length = headerValue(view, 'content-length', 'l');
  return length !== null && /^\d{1,9}$/.test(length) ? Math.min(end, start + Number(length)) : end;
}

function infoOf({ start, isResponse, ...head }: SipView): string {
  if (!isResponse) return `Request: ${start.first} ${start.second}`;
  const method = /[A-Z]+$/.exec(headerValue({ start, ...head }, 'cseq') ?? '');
  return `Status: ${start.second} ${start.third}${method === null ? '' : ` (${method[0]})`}`;
}

export function layerSip({ bytes, at, end, wireEnd }: Input): Step {
  const view = viewSip(bytes, at, end)!;
  const { isResponse, ending, tooLong } = view;
  const body = at + view.length;
  const last = ending === '' && !tooLong ? body : bodyEnd(view, body, end);
  const names = isResponse ? STATUS_PARTS : REQUEST_PARTS;
  const fields = [
    startLineField(isResponse ? 'Status-Line' : 'Request-Line', names, bytes, at, view),
    ...headerFields(bytes, at, view),
  ];
  const type = headerValue(view, 'content-type', 'c') ?? '';
  const isSession = last > body && /^application\/sdp\b/i.test(type);
  if (last > body && !isSession) fields.push(bytesField('Message Body', bytes, body, last));
  let next: Next | null = null;
  if (isSession) next = { table: 'direct', key: Direct.sdp, at: body, wireEnd: last < end ? last : wireEnd };
  else if (last < end) next = { table: 'application', key: 0, at: last, wireEnd };
  const info = shownText(infoOf(view));
  return {
    layer: {
      name: 'sip',
      title: 'SIP',
      summary: info,
      start: at,
      end: isSession ? body : last,
      fields,
      problem: headProblem('SIP header', view, at, end < wireEnd),
    },
    next,
    column: { info },
  };
}
