import { fromHex, join } from '../../support/frames.js';

/** Messages of SNMP written out by X.690 and RFC 3416, apart from the code under test. */

/** A value of any type: identifier, length in its short form (or behind 0x82), contents. */
export function ber(identifier: number, ...contents: Uint8Array[]): Uint8Array {
  const content = join(...contents);
  const { length } = content;
  const head = length < 128 ? [identifier, length] : [identifier, 0x82, length >>> 8, length & 255];
  return join(Uint8Array.from(head), content);
}

function hex(identifier: number, digits: string): Uint8Array {
  return ber(identifier, fromHex(digits));
}

function text(value: string): Uint8Array {
  return ber(4, new Uint8Array(Buffer.from(value)));
}

const SYS_DESCR = hex(6, '2b06010201010100');

function binding(value: Uint8Array, name = SYS_DESCR): Uint8Array {
  return ber(0x30, name, value);
}

function pdu(type: number, values: Uint8Array[], second = '00', third = '00'): Uint8Array {
  return ber(type, hex(2, '01020304'), hex(2, second), hex(2, third), ber(0x30, ...values));
}

function community(version: string, data: Uint8Array): Uint8Array {
  return ber(0x30, hex(2, version), text('public'), data);
}

function version3(flags: string, security: Uint8Array, data: Uint8Array): Uint8Array {
  const global = ber(0x30, hex(2, '0102'), hex(2, '00ffe3'), hex(4, flags), hex(2, '03'));
  return ber(0x30, hex(2, '03'), global, ber(4, security), data);
}

const USM = ber(0x30, hex(4, '8000000001020304'), hex(2, '05'), hex(2, '1000'), text('alice'), ber(4), ber(4));

export const SNMP_MESSAGES = {
  get: community('01', pdu(0xa0, [binding(ber(5))])),
  next: community('00', pdu(0xa1, [binding(ber(5))])),
  error: community('00', pdu(0xa2, [binding(ber(5))], '02', '01')),
  bulk: community('01', pdu(0xa5, [binding(ber(5))], '00', '0a')),
  values: community(
    '01',
    pdu(0xa2, [
      binding(hex(2, 'ff7f')),
      binding(text('Linux\u001b[1m')),
      binding(hex(4, '0001')),
      binding(hex(6, '2b06010401bf08')),
      binding(hex(0x40, 'c0000201')),
      binding(hex(0x41, '00ffffffff')),
      binding(hex(0x42, '05')),
      binding(hex(0x43, '00bc614e')),
      binding(hex(0x44, '9f7804')),
      binding(hex(0x46, '00ffffffffffffffff')),
      binding(ber(0x80)),
      binding(ber(0x81)),
      binding(ber(0x82)),
      binding(ber(4)),
    ]),
  ),
  trap1: community(
    '00',
    ber(
      0xa4,
      hex(6, '2b06010401bf08'),
      hex(0x40, 'c0000201'),
      hex(2, '06'),
      hex(2, '2a'),
      hex(0x43, '64'),
      ber(0x30, binding(hex(2, '01'))),
    ),
  ),
  trap2: community('01', pdu(0xa7, [binding(hex(0x43, '64'))])),
  plain: version3('04', USM, ber(0x30, hex(4, '8000000001020304'), text('ctx'), pdu(0xa0, [binding(ber(5))]))),
  encrypted: version3('07', USM, hex(4, 'deadbeef')),
} as const;
