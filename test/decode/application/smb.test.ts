import { hexDigits } from '../../../src/bytes/big-endian.js';
import { emitSmb2, viewSmb2 } from '../../../src/decode/application/smb2-layer.js';
import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, fieldAt, noise, recognized, TCP } from '../../support/payloads.js';
import { expectNoNoise, expectSoundWhenCut, FOREIGN, layerOf, linesOf, problemWhenCut, rewritten } from './messages.js';

/** SMB2 by MS-SMB2 section 2.2.1, its transport by section 2.1; SMB1 by name. */

function headerOf(parts: { command?: string; flags?: string; next?: string; status?: string } = {}): Uint8Array {
  const { command = '0000', flags = '00000000', next = '00000000', status = '00000000' } = parts;
  return fromHex(
    `fe534d42 4000 0100 ${status} ${command} 1f00 ${flags} ${next} 0500000000000000 fffe0000 07000000 ffffffffffffff7f ${'ab'.repeat(16)}`,
  );
}

function framed(...messages: Uint8Array[]): Uint8Array {
  const message = join(...messages);
  return join(fromHex(message.length.toString(16).padStart(8, '0')), message);
}

const REQUEST = framed(headerOf({ command: '0300', status: '01000000' }), fromHex('0900 0000'));
const RESPONSE = framed(headerOf({ command: '0100', flags: '13000000', status: '160000c0' }));

test('a request', () => {
  expect(linesOf(TCP, REQUEST, 'smb2')).toEqual([
    'ProtocolId: 0xfe SMB',
    'StructureSize: 64',
    'CreditCharge: 1',
    'ChannelSequence: 1',
    'Reserved: 0',
    'Command: TREE_CONNECT (3)',
    'CreditRequest: 31',
    'Flags: 0x00000000',
    '  SERVER_TO_REDIR: not set',
    '  ASYNC_COMMAND: not set',
    '  RELATED_OPERATIONS: not set',
    '  SIGNED: not set',
    '  DFS_OPERATIONS: not set',
    '  REPLAY_OPERATION: not set',
    '  PRIORITY: 0',
    'NextCommand: 0',
    'MessageId: 0x0000000000000005',
    'Reserved: 65279',
    'TreeId: 0x00000007',
    'SessionId: 0x7fffffffffffffff',
    `Signature: ${'ab'.repeat(16)}`,
    'Data: 09000000',
  ]);
  const { protocols, protocol, column, application } = dissected(carry(TCP, REQUEST));
  expect(protocols).toEqual(['ip', 'tcp', 'nbss', 'smb2']);
  expect([protocol, column.info, application?.name]).toEqual(['SMB2', 'Tree Connect Request', 'smb2']);
  expect(linesOf(TCP, REQUEST, 'nbss')).toEqual(['Zero: 0', 'StreamProtocolLength: 68']);
  expect(fieldAt(layerOf(TCP, REQUEST, 'smb2'), 'SessionId').value).toBe('9223372036854775807');
});

test('a response', () => {
  const layer = layerOf(TCP, RESPONSE, 'smb2');
  expect(layer.summary).toBe('Session Setup Response, STATUS_MORE_PROCESSING_REQUIRED');
  expect(fieldAt(layer, 'Flags').text).toBe('0x00000013 SERVER_TO_REDIR, ASYNC_COMMAND');
  expect(fieldAt(layer, 'Flags > PRIORITY').value).toBe(1);
  expect(fieldAt(layer, 'AsyncId').value).toBe(0x7_0000_feff);
});

test('a compound, and two messages in a segment', () => {
  const compound = framed(headerOf({ command: '0500', next: '48000000' }), noise(8, 1), headerOf({ command: '0600' }));
  const { layers } = dissected(carry(TCP, join(compound, REQUEST)));
  expect(layers.slice(2).map(({ summary }) => summary)).toEqual([
    'length 136',
    'Create Request',
    'Close Request',
    'length 68',
    'Tree Connect Request',
  ]);
});

test('encrypted and compressed', () => {
  const encrypted = framed(
    fromHex(`fd534d42 ${'11'.repeat(16)} ${'22'.repeat(16)} 40000000 0000 0100 0700000000000000`),
    noise(20, 2),
  );
  const layer = layerOf(TCP, encrypted, 'smb2');
  expect(layer.summary).toBe('Encrypted SMB3');
  expect(layer.fields.map(({ name }) => name)).toEqual([
    'ProtocolId',
    'Signature',
    'Nonce',
    'OriginalMessageSize',
    'Reserved',
    'Flags',
    'SessionId',
    'EncryptedMessage',
  ]);
  const compressed = layerOf(TCP, framed(fromHex('fc534d42 00100000 0100 0000 00000000'), noise(9, 1)), 'smb2');
  expect(fieldAt(compressed, 'CompressionAlgorithm').text).toBe('LZNT1 (1)');
  expectSoundWhenCut(TCP, encrypted);
});

test('what was viewed is emitted', () => {
  for (const message of [headerOf({ flags: '02000000' }), REQUEST.subarray(4), RESPONSE.subarray(4)]) {
    expect(rewritten(message, viewSmb2, emitSmb2)).toBe(hexDigits(message, 0, 64));
  }
  expect(viewSmb2(REQUEST, 4, 67)).toBeNull();
});

test('cut and damaged', () => {
  expect(problemWhenCut(TCP, REQUEST, 40, 'smb2', 445)).toBe(
    'SMB2 header: 64 bytes required, 36 available, at byte 44',
  );
  const wrong = REQUEST.slice();
  wrong[8] = 65;
  expect(layerOf(TCP, wrong, 'smb2').problem).toBe('SMB2 StructureSize: 65, 64 required, at byte 48');
  expect(layerOf(TCP, framed(headerOf({ next: '10000000' }), noise(20, 1)), 'smb2').problem).toBe(
    'SMB2 NextCommand: 16, at least 64 required, at byte 64',
  );
  expectSoundWhenCut(TCP, join(REQUEST, RESPONSE));
});

test('recognition', () => {
  expect(recognized(TCP, REQUEST, FOREIGN)).toBe('smb2');
  expect(recognized(TCP, REQUEST.subarray(4), FOREIGN)).toBe('smb2');
  const old = framed(fromHex('ff534d42 72 00000000 18 53c8'), new Uint8Array(24));
  expect(recognized(TCP, old, 445)).toBe('smb');
  expect(recognized(TCP, old.subarray(4), FOREIGN)).toBe('smb');
  expectNoNoise(TCP, 'smb2', 445);
  expectNoNoise(TCP, 'smb', 445);
});
