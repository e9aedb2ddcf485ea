import { type Application, Likeness, type Recognizer } from '../application.js';
import { byteCount, bytesField, type Input, type LayerFunction, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
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
import { isDigit, isUpper, startsWith, startsWithWord, textEnd } from './text-lines.js';

/**
 * HTTP/1.x: RFC 9112, start line and header lines of requests and responses; the body as bytes, as far as this packet has it. The same over UDP is SSDP
 * (UPnP Device Architecture 2.0 section 1).
 */

export interface HttpView extends MessageHead {
  isResponse: boolean;
}

/** The head of the message at `at`, null without a byte. */
export function viewHttp(bytes: Uint8Array, at: number, end: number): HttpView | null {
  const isResponse = startsWith(bytes, at, end, 'HTTP/');
  const head = viewHead(bytes, at, end, isResponse);
  return head === null ? null : { ...head, isResponse };
}

/** The head's bytes. */
export function emitHttp(view: HttpView): Uint8Array {
  return emitHead(view);
}

/** Bytes of the body as RFC 9112 section 6.3 finds it from this head alone; null: until the connection closes, or in chunks. */
export function bodyLength(view: HttpView): number | null {
  const { second } = view.start;
  if (view.isResponse && (/^1\d\d$/.test(second) || second === '204' || second === '304')) return 0;
  if (headerValue(view, 'transfer-encoding') !== null) return null;
  const length = headerValue(view, 'content-length');
  if (length !== null && /^\d{1,15}$/.test(length)) return Number(length);
  return view.isResponse ? null : 0;
}

const REQUEST_PARTS = ['Method', 'Request Target', 'HTTP Version'] as const;
const STATUS_PARTS = ['HTTP Version', 'Status Code', 'Reason Phrase'] as const;

function bodyField(bytes: Uint8Array, start: number, end: number, length: number | null): Field {
  const body = bytesField('Message Body', bytes, start, end);
  const text = length === null || length === end - start ? body.text : `${end - start} of ${byteCount(length)}`;
  return { ...body, text };
}

function layer(name: string, title: string): LayerFunction {
  return function readMessage({ bytes, at, end, wireEnd }: Input): Step {
    const view = viewHttp(bytes, at, end)!;
    const { start, isResponse } = view;
    const length = view.ending === '' ? 0 : bodyLength(view);
    const bodyStart = at + view.length;
    const bodyEnd = length === null || view.tooLong ? end : Math.min(end, bodyStart + length);
    const isCut = end < wireEnd;
    const fields = [
      startLineField(
        isResponse ? 'Status Line' : 'Request Line',
        isResponse ? STATUS_PARTS : REQUEST_PARTS,
        bytes,
        at,
        view,
      ),
      ...headerFields(bytes, at, view),
    ];
    if (bodyEnd > bodyStart) fields.push(bodyField(bytes, bodyStart, bodyEnd, length));
    const line = shownText([start.first, start.second, start.third].join(' ').trim());
    const goesOn = view.ending === '' && !isCut ? '  (headers go on in the next segment)' : '';
    return {
      layer: {
        name,
        title,
        summary: line + goesOn,
        start: at,
        end: bodyEnd,
        fields,
        problem: headProblem(`${title} header`, view, at, isCut),
      },
      // A message may follow at once: requests and responses are sent in a row.
      next: bodyEnd < end ? { table: 'application', key: 0, at: bodyEnd, wireEnd } : null,
      column: { info: line },
    };
  };
}

const KNOWN_METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const LONGEST_METHOD = 20;
const VERSION = 'HTTP/1.1'.length;

/** Where a method's capitals end that a space follows, -1 without one. */
function methodEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const limit = Math.min(end, start + LONGEST_METHOD);
  while (at < limit && (isUpper(bytes[at]) || bytes[at] === 0x2d || bytes[at] === 0x5f)) at++;
  return at - start >= 3 && at < limit && bytes[at] === 32 ? at : -1;
}

/**
 * A method, a target, and "HTTP/1." at the end of the line; a known method and a path are enough where the line does not end in this segment. Where it ends
 * otherwise they may be HTTP that was damaged.
 */
const recognize: Recognizer = (bytes, start, end) => {
  if (startsWith(bytes, start, end, 'HTTP/1.') && end - start >= 12) {
    return isDigit(bytes[start + 7]) && bytes[start + 8] === 32 && isDigit(bytes[start + 9])
      ? Likeness.sure
      : Likeness.no;
  }
  const at = methodEnd(bytes, start, end);
  if (at < 0) return Likeness.no;
  const lineEnd = textEnd(bytes, at, end);
  if (lineEnd < at + 2) return Likeness.no;
  const version = lineEnd - VERSION;
  if (version > at && bytes[version - 1] === 32 && startsWith(bytes, version, lineEnd, 'HTTP/1.')) {
    return isDigit(bytes[lineEnd - 1]) ? Likeness.sure : Likeness.no;
  }
  if (bytes[at + 1] !== 0x2f || !startsWithWord(bytes, start, end, KNOWN_METHODS)) return Likeness.no;
  const isOpen = lineEnd === end || (bytes[lineEnd] !== 10 && bytes[lineEnd] !== 13);
  return isOpen && lineEnd - at > VERSION ? Likeness.sure : Likeness.perhaps;
};

/** Of the requests only those that SSDP has: other discoveries are HTTP over UDP as well. */
const recognizeSearch: Recognizer = (bytes, start, end, wireLength) =>
  startsWithWord(bytes, start, end, SEARCH_METHODS) || startsWith(bytes, start, end, 'HTTP/')
    ? recognize(bytes, start, end, wireLength)
    : Likeness.no;

const SEARCH_METHODS = ['M-SEARCH', 'NOTIFY'];
const CAPITALS = Array.from({ length: 26 }, (_, i) => 0x41 + i);

export const http: Application = {
  name: 'http',
  title: 'HTTP',
  specification: 'RFC 9112',
  tcp: {
    ports: [80, 8080, 8000, 3128, 8008, 8888, 5985, 2869, 11371],
    leads: CAPITALS,
    recognize,
  },
  layer: layer('http', 'HTTP'),
};

export const ssdp: Application = {
  name: 'ssdp',
  title: 'SSDP',
  specification: 'UPnP Device Architecture 2.0 section 1',
  udp: { ports: [1900], leads: CAPITALS, recognize: recognizeSearch },
  layer: layer('ssdp', 'SSDP'),
};
