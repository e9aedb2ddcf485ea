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
import { startsWith } from './text-lines.js';

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

export const layerHttp = layer('http', 'HTTP');
export const layerSsdp = layer('ssdp', 'SSDP');
