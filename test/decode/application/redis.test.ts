import { hexDigits } from '../../../src/bytes/big-endian.js';
import { emitResp, viewResp } from '../../../src/decode/application/resp-values.js';
import { carry, dissected, recognized, TCP } from '../../support/payloads.js';
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

/** Redis serialization protocol, versions 2 and 3. */

const SET = bytesOf('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n');

test('a command', () => {
  expect(linesOf(TCP, SET, 'resp')).toEqual([
    'Array: SET k hello',
    '  Length: 3',
    '  Bulk String: SET',
    '    Length: 3',
    '    Data: SET',
    '  Bulk String: k',
    '    Length: 1',
    '    Data: k',
    '  Bulk String: hello',
    '    Length: 5',
    '    Data: hello',
  ]);
  expect(dissected(carry(TCP, SET, 6379)).column.info).toBe('Request: SET k hello');
});

test.each([
  ['+OK\r\n', ['Simple String: OK']],
  ['-ERR no such key\r\n', ['Simple Error: ERR no such key']],
  [':-42\r\n', ['Integer: -42']],
  ['$-1\r\n', ['Bulk String: null', '  Length: -1']],
  ['$0\r\n\r\n', ['Bulk String: ', '  Length: 0']],
  ['*-1\r\n', ['Array: null', '  Length: -1']],
  ['*0\r\n', ['Array: Array(0)', '  Length: 0']],
  ['%1\r\n+a\r\n:1\r\n', ['Map: Map(1)', '  Length: 1', '  Simple String: a', '  Integer: 1']],
  ['_\r\n#t\r\n,1.5\r\n', ['Null: ', 'Boolean: t', 'Double: 1.5']],
  ['PING\r\n', ['Inline Command: PING']],
  ['*2\r\n:1\r\n:2', ['Array: Array(2)', '  Length: 2', '  Integer: 1', 'Incomplete Value: 3a32']],
])('%j', (text, lines) => {
  expect(linesOf(TCP, bytesOf(text), 'resp', 6379)).toEqual(lines);
});

test.each([
  '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n+OK\r\n',
  '*2\r\n$3\r\nGET\r\n$10\r\nhal',
  '*x\r\n',
  '$x\r\nab\r\n',
  '$3\nabc12',
  '\r\n',
  'GET \xff\r\n:1',
])('what was viewed is emitted: %j', (text) => {
  expect(rewritten(bytesOf(text), viewResp, emitResp)).toBe(hexDigits(bytesOf(text)));
});

test('lengths are computed', () => {
  const view = viewResp(SET, 0, SET.length);
  view.values[0].text = '7';
  view.values[0].items![2].text = '99';
  expect(emitResp(view, { lengths: true })).toEqual(SET);
});

test('bounds', () => {
  expect(layerOf(TCP, bytesOf('*1\r\n'.repeat(40)), 'resp').problem).toMatch(
    /^RESP: more than 16 arrays in each other/,
  );
  expect(layerOf(TCP, bytesOf(':1\r\n'.repeat(6000)), 'resp').problem).toMatch(/^RESP: more than 5000 values/);
  expect(layerOf(TCP, bytesOf('*999999999\r\n:1\r\n'), 'resp').problem).toBeNull();
});

test('cut', () => {
  expect(problemWhenCut(TCP, SET, 26, 'resp', 6379)).toBe(
    'RESP value: not all among the 6 bytes available, at byte 60',
  );
  expectSoundWhenCut(TCP, SET, 6379);
});

test.each([
  ['*1\r\n$4\r\nPING\r\n', 'resp'],
  ['+PONG\r\n', 'resp'],
  [':1\r\n', 'resp'],
  ['$5\r\nhello\r\n', 'resp'],
  ['$-1\r\n', 'resp'],
  ['-WRONGTYPE Operation against a key\r\n', 'resp'],
  ['-ERR unknown\r\n', ''],
  ['$5\r\nhelloXX', ''],
  ['*3\r\nhello\r\n', ''],
  ['PING\r\n', ''],
])('%j is %j on a foreign port', (text, name) => {
  expect(recognized(TCP, bytesOf(text), FOREIGN)).toBe(name);
});

test('noise on its port', () => expectNoNoise(TCP, 'resp', 6379));
