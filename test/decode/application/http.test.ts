import { hexDigits } from '../../../src/bytes/big-endian.js';
import { bodyLength, emitHttp, viewHttp } from '../../../src/decode/application/http-layer.js';
import { carry, dissected, fieldAt, payloadAt, recognized, TCP, UDP } from '../../support/payloads.js';
import {
  bytesOf,
  expectNoNoise,
  expectSoundWhenCut,
  FOREIGN,
  layerOf,
  linesOf,
  problemWhenCut,
  rewritten,
} from './messages.js';

/** HTTP/1 by RFC 9112, and SSDP. */

const REQUEST = bytesOf(
  'POST /form?x=1 HTTP/1.1\r\nHost: example.org\r\nX-Empty:\r\nX-Folded: a,\r\n  b\r\nContent-Length: 5\r\n\r\nhello',
);
const RESPONSE = bytesOf('HTTP/1.1 404 Not Found\r\nServer : odd  \r\nContent-Length: 0\n\r\n');

test('a request: start line, header lines, body', () => {
  expect(linesOf(TCP, REQUEST, 'http')).toEqual([
    'Request Line: POST /form?x=1 HTTP/1.1',
    '  Method: POST',
    '  Request Target: /form?x=1',
    '  HTTP Version: HTTP/1.1',
    'Host: example.org',
    'X-Empty: ',
    'X-Folded: a,\\x0d\\x0a  b',
    'Content-Length: 5',
    'Message Body: 68656c6c6f',
  ]);
  const layer = layerOf(TCP, REQUEST, 'http');
  expect(layer.summary).toBe('POST /form?x=1 HTTP/1.1');
  const host = fieldAt(layer, 'Host');
  // The line with its ending.
  expect([host.start, host.end]).toEqual([payloadAt[TCP] + 25, payloadAt[TCP] + 44]);
  expect(dissected(carry(TCP, REQUEST)).column.info).toBe('POST /form?x=1 HTTP/1.1');
});

test('a response', () => {
  expect(linesOf(TCP, RESPONSE, 'http')).toEqual([
    'Status Line: HTTP/1.1 404 Not Found',
    '  HTTP Version: HTTP/1.1',
    '  Status Code: 404',
    '  Reason Phrase: Not Found',
    'Server: odd',
    'Content-Length: 0',
  ]);
  expect(fieldAt(layerOf(TCP, RESPONSE, 'http'), 'Status Line > Status Code').value).toBe(404);
});

test.each([
  ['a request', REQUEST],
  ['a response with odd spaces and endings', RESPONSE],
  ['a line without a colon', bytesOf('GET / HTTP/1.0\r\nnonsense\r\n\tfolded\r\nA:b\n\n')],
  ['a target with spaces', bytesOf('GET /a b  c HTTP/1.1\r\n\r\n')],
  ['a start line of one word', bytesOf('GET\r\n\r\n')],
  ['a start line alone', bytesOf('HTTP/1.1 200')],
  ['bytes that are no UTF-8', bytesOf('GET /\xff\xfe HTTP/1.1\r\nX: \xe9\r\n\r\n')],
])('what was viewed is emitted: %s', (_name, bytes) => {
  const view = viewHttp(bytes, 0, bytes.length)!;
  expect(rewritten(bytes, viewHttp, emitHttp)).toBe(hexDigits(bytes, 0, view.length));
  expect(viewHttp(bytes, 3, 3)).toBeNull();
});

test('the length of a body', () => {
  const length = (text: string) => bodyLength(viewHttp(bytesOf(text), 0, text.length)!);
  expect(length('GET / HTTP/1.1\r\n\r\n')).toBe(0);
  expect(length('POST / HTTP/1.1\r\nContent-Length: 17\r\n\r\n')).toBe(17);
  expect(length('HTTP/1.1 200 OK\r\n\r\n')).toBeNull();
  expect(length('HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n')).toBe(0);
  expect(length('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n')).toBeNull();
  expect(length('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n')).toBeNull();
});

test('messages in a row are layers of their own', () => {
  const { layers, protocols } = dissected(carry(TCP, bytesOf('GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n')));
  expect(layers.filter(({ name }) => name === 'http').map(({ summary }) => summary)).toEqual([
    'GET /a HTTP/1.1',
    'GET /b HTTP/1.1',
  ]);
  expect(protocols).toEqual(['ip', 'tcp', 'http']);
});

test('control characters are escaped', () => {
  const { column } = dissected(carry(TCP, bytesOf('GET /\x1b[2J HTTP/1.1\r\nX\x07: \x1b\r\n\r\n'), 80));
  expect(column.info).toBe('GET /\\x1b[2J HTTP/1.1');
});

test('a request of a known method that is no text is HTTP on its port alone', () => {
  for (const text of ['GET /\x00 HTTP/1.1\r\n\r\n', 'POST /\x1b']) {
    expect(recognized(TCP, bytesOf(text), 80)).toBe('http');
    expect(recognized(TCP, bytesOf(text), FOREIGN)).toBe('');
  }
  for (const text of ['GET \x00/', 'GETS /\x00', 'GET ']) expect(recognized(TCP, bytesOf(text), 80)).toBe('');
});

test('a head that goes on in the next segment is no damage, a cut one is', () => {
  const part = bytesOf('GET / HTTP/1.1\r\nHost: exam');
  expect(layerOf(TCP, part, 'http').problem).toBeNull();
  expect(layerOf(TCP, part, 'http').summary).toBe('GET / HTTP/1.1  (headers go on in the next segment)');
  expect(problemWhenCut(TCP, REQUEST, 30, 'http', 80)).toBe(
    'HTTP header: an empty line required, not among the 30 bytes available, at byte 40',
  );
  expectSoundWhenCut(TCP, REQUEST);
  expectSoundWhenCut(TCP, RESPONSE);
});

test('more header lines than are read', () => {
  const layer = layerOf(TCP, bytesOf(`GET / HTTP/1.1\r\n${'a:b\r\n'.repeat(1500)}\r\n`), 'http');
  expect(layer.problem).toBe('HTTP header: more than 1000 lines, the rest is not read, at byte 40');
});

test.each([
  ['GET / HTTP/1.1\r\n\r\n', 'http'],
  ['PROPFIND /dav HTTP/1.1\r\nDepth: 1\r\n\r\n', 'http'],
  ['M-SEARCH * HTTP/1.1\r\n\r\n', 'http'],
  ['HTTP/1.0 200 OK\r\n\r\n', 'http'],
  [`GET /${'a'.repeat(1400)}`, 'http'],
  ['OPTIONS sip:a@b SIP/2.0\r\n\r\n', 'sip'],
  ['DESCRIBE rtsp://a/b RTSP/1.0\r\n\r\n', ''],
  ['HTTP/1.1 2', ''],
  ['GET x\r\n', ''],
  ['HELLO WORLD', ''],
])('%s is %s by its content', (text, name) => {
  expect(recognized(TCP, bytesOf(text), FOREIGN)).toBe(name);
});

test('a damaged version is HTTP on its port alone', () => {
  for (const text of ['GET / HTEP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\r\n']) {
    expect(recognized(TCP, bytesOf(text), 80)).toBe('http');
    expect(recognized(TCP, bytesOf(text), FOREIGN)).toBe('');
  }
});

test('noise on port 80', () => expectNoNoise(TCP, 'http', 80));

test('SSDP is HTTP over UDP', () => {
  expect(recognized(UDP, bytesOf('BT-SEARCH * HTTP/1.1\r\n\r\n'), 6771)).toBe('');
  const search = bytesOf('M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMX: 2\r\n\r\n');
  const { protocols, protocol, column } = dissected(carry(UDP, search, 1900));
  expect(protocols).toEqual(['ip', 'udp', 'ssdp']);
  expect([protocol, column.info]).toEqual(['SSDP', 'M-SEARCH * HTTP/1.1']);
});
