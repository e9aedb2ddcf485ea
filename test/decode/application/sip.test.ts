import { hexDigits } from '../../../src/bytes/big-endian.js';
import { emitSdp, viewSdp } from '../../../src/decode/application/sdp.js';
import { emitSip, viewSip } from '../../../src/decode/application/sip-layer.js';
import { carry, dissected, fieldAt, recognized, TCP, UDP } from '../../support/payloads.js';
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

/** SIP by RFC 3261 section 24.2's example in small, and its session description by RFC 8866. */

const SESSION = [
  'v=0',
  'o=alice 2890844526 1 IN IP4 192.0.2.1',
  's=-',
  'c=IN IP4 192.0.2.1',
  't=0 0',
  'm=audio 49172 RTP/AVP 0 101',
  'i=Speech',
  'a=rtpmap:0 PCMU/8000',
  'a=sendrecv',
  '',
].join('\r\n');
const INVITE = bytesOf(
  'INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1\r\nCSeq: 314159 INVITE\r\n' +
    `c: application/sdp\r\nl: ${SESSION.length}\r\n\r\n${SESSION}`,
);
const RINGING = bytesOf('SIP/2.0 180 Ringing\r\nCSeq: 314159 INVITE\r\nContent-Length: 0\r\n\r\n');

test('a request and the session behind it', () => {
  expect(linesOf(UDP, INVITE, 'sip')).toEqual([
    'Request-Line: INVITE sip:bob@example.com SIP/2.0',
    '  Method: INVITE',
    '  Request-URI: sip:bob@example.com',
    '  SIP-Version: SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.1',
    'CSeq: 314159 INVITE',
    'c: application/sdp',
    `l: ${SESSION.length}`,
  ]);
  expect(linesOf(UDP, INVITE, 'sdp')).toEqual([
    'Protocol Version: 0',
    'Origin: alice 2890844526 1 IN IP4 192.0.2.1',
    '  Username: alice',
    '  Session ID: 2890844526',
    '  Session Version: 1',
    '  Network Type: IN',
    '  Address Type: IP4',
    '  Unicast Address: 192.0.2.1',
    'Session Name: -',
    'Connection Information: IN IP4 192.0.2.1',
    '  Network Type: IN',
    '  Address Type: IP4',
    '  Connection Address: 192.0.2.1',
    'Time Active: 0 0',
    '  Start Time: 0',
    '  Stop Time: 0',
    'Media Description: audio 49172 RTP/AVP 0 101',
    '  Media: audio',
    '  Port: 49172',
    '  Transport Protocol: RTP/AVP',
    '  Format: 0 101',
    'Media Title: Speech',
    'Attribute: rtpmap:0 PCMU/8000',
    '  Attribute Name: rtpmap',
    '  Attribute Value: 0 PCMU/8000',
    'Attribute: sendrecv',
    '  Attribute Name: sendrecv',
  ]);
  const { protocols, protocol, column, application } = dissected(carry(UDP, INVITE));
  expect(protocols).toEqual(['ip', 'udp', 'sip', 'sdp']);
  expect([protocol, column.info]).toEqual(['SIP', 'Request: INVITE sip:bob@example.com']);
  expect(application?.name).toBe('sip');
});

test('a response', () => {
  expect(fieldAt(layerOf(UDP, RINGING, 'sip'), 'Status-Line > Status Code').value).toBe(180);
  expect(dissected(carry(UDP, RINGING)).column.info).toBe('Status: 180 Ringing (INVITE)');
});

test('what was viewed is emitted', () => {
  const head = INVITE.length - SESSION.length;
  expect(rewritten(INVITE, viewSip, emitSip)).toBe(hexDigits(INVITE, 0, head));
  expect(rewritten(RINGING, viewSip, emitSip)).toBe(hexDigits(RINGING));
  const odd = bytesOf(`${SESSION}x\n=\r\nz=1=2\na`);
  expect(rewritten(odd, viewSdp, emitSdp)).toBe(hexDigits(odd));
  expect(viewSdp(odd, 2, 2)).toBeNull();
});

test('several messages in a segment', () => {
  const both = bytesOf(Buffer.from(RINGING).toString('latin1').repeat(2));
  expect(dissected(carry(TCP, both)).layers.filter(({ name }) => name === 'sip')).toHaveLength(2);
});

test('a body of another type, cut messages', () => {
  const message = bytesOf('MESSAGE sip:a@b SIP/2.0\r\nContent-Type: text/plain\r\n\r\nhi');
  expect(fieldAt(layerOf(UDP, message, 'sip'), 'Message Body').value).toBe('6869');
  expect(problemWhenCut(UDP, INVITE, 60, 'sip', 5060)).toBe(
    'SIP header: an empty line required, not among the 60 bytes available, at byte 28',
  );
  expectSoundWhenCut(UDP, INVITE, 5060);
  const many = bytesOf(
    `${Buffer.from(INVITE)
      .toString('latin1')
      .replace(/l: \d+\r\n/, '')}${'a=x\r\n'.repeat(1100)}`,
  );
  expect(layerOf(UDP, many, 'sdp').problem).toMatch(/^SDP: more than 1000 lines/);
});

test('recognition', () => {
  expect(recognized(UDP, INVITE, FOREIGN)).toBe('sip');
  expect(recognized(TCP, RINGING, FOREIGN)).toBe('sip');
  expect(recognized(UDP, bytesOf('SIP/2.0 OK\r\n'), 5060)).toBe('');
  const controls = bytesOf('OPTIONS sip:\x1b@x SIP/2.0\r\n\r\n');
  expect([recognized(UDP, controls, 5060), recognized(UDP, controls, FOREIGN)]).toEqual(['sip', '']);
  expect(recognized(UDP, bytesOf('OPTIONS \x1b@x SIP/2.0\r\n\r\n'), 5060)).toBe('');
  expectNoNoise(UDP, 'sip', 5060);
  expectNoNoise(TCP, 'sip', 5060);
});
