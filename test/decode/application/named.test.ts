import { kerberos } from '../../../src/decode/application/kerberos.js';
import { ldap } from '../../../src/decode/application/ldap.js';
import { nbdgm, nbns, nbss } from '../../../src/decode/application/netbios.js';
import { syslog } from '../../../src/decode/application/syslog.js';
import { fromHex, join } from '../../support/frames.js';
import { noise, recognized, TCP, UDP } from '../../support/payloads.js';
import { ascii } from './dns-messages.js';
import { ber } from './snmp-messages.js';

/** Protocols of which the name is all that is known: NetBIOS, Syslog, Kerberos, LDAP. */

const NAME = join(Uint8Array.of(32), ascii('FAEDFACACACACACACACACACACACACAAA'), Uint8Array.of(0));
const NAME_QUERY = join(fromHex('8001 0110 0001 0000 0000 0000'), NAME, fromHex('0020 0001'));
const NAME_ANSWER = join(
  fromHex('8001 8500 0000 0001 0000 0000'),
  NAME,
  fromHex('0020 0001 000493e0 0006 0000 c0000201'),
);
const DATAGRAM = join(fromHex('1102 0001 c0000201 008a 0064 0000'), NAME, NAME, ascii('content'));
const DATAGRAM_QUERY = join(fromHex('1402 0001 c0000201 008a'), NAME);
const SESSION = join(fromHex('8100 0044'), NAME, NAME);

const INTEGER = (value: number) => ber(2, Uint8Array.of(value));
const AS_REQUEST = ber(0x6a, ber(0x30, ber(0xa1, INTEGER(5)), ber(0xa2, INTEGER(10))));
const AS_ERROR = ber(0x7e, ber(0x30, ber(0xa0, INTEGER(5)), ber(0xa1, INTEGER(30))));
const LARGE = ber(0x6b, ber(0x30, ber(0xa0, INTEGER(5)), ber(0xa1, INTEGER(11)), ber(0xa2, new Uint8Array(2000))));

function prefixed(bytes: Uint8Array): Uint8Array {
  return join(fromHex(bytes.length.toString(16).padStart(8, '0')), bytes);
}

const BIND = ber(0x30, INTEGER(1), ber(0x60, INTEGER(3), ber(4), ber(0x80)));
const UNBIND = fromHex('3005 020102 4200');
const WITH_CONTROLS = ber(0x30, INTEGER(1), ber(0x63, ber(4)), ber(0xa0, ber(0x30)));

describe('on any port', () => {
  test.each<[string, number, Uint8Array]>([
    ['nbns', UDP, NAME_QUERY],
    ['nbns', UDP, NAME_ANSWER],
    ['nbdgm', UDP, DATAGRAM],
    ['nbdgm', UDP, DATAGRAM_QUERY],
    ['nbss', TCP, SESSION],
    ['syslog', UDP, ascii("<34>Oct 11 22:14:15 mymachine su: 'su root' failed")],
    ['syslog', UDP, ascii('<34>Oct  1 22:14:15 mymachine su:')],
    ['syslog', UDP, ascii('<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 - text')],
    ['syslog', TCP, ascii('<0>1 - - - - - -')],
    ['syslog', TCP, ascii('48 <34>1 2003-10-11T22:14:15.003Z host app - - - x')],
    ['kerberos', UDP, AS_REQUEST],
    ['kerberos', UDP, AS_ERROR],
    ['kerberos', TCP, prefixed(AS_REQUEST)],
    ['kerberos', TCP, prefixed(LARGE).subarray(0, 1400)],
    ['ldap', TCP, BIND],
    ['ldap', TCP, UNBIND],
    ['ldap', TCP, WITH_CONTROLS],
    ['ldap', UDP, BIND],
  ])('%s %i %p', (name, transport, bytes) => expect(recognized(transport as 6 | 17, bytes)).toBe(name));
});

test('on their own ports only', () => {
  const cases: [string, number, 6 | 17, Uint8Array][] = [
    ['nbss', 139, TCP, fromHex('82000000')],
    ['nbss', 139, TCP, fromHex('85000000')],
    ['nbss', 139, TCP, fromHex('83000001 82')],
    ['nbss', 139, TCP, fromHex('84000006 c0000201 008b')],
    ['nbdgm', 138, UDP, fromHex('1302 0001 c0000201 008a 82')],
    ['syslog', 514, UDP, ascii('<13>hello')],
  ];
  for (const [name, port, transport, bytes] of cases) {
    expect([recognized(transport, bytes, port), recognized(transport, bytes)]).toEqual([name, '']);
  }
});

test('what is not theirs, on their ports', () => {
  expect(recognized(UDP, ascii('<192>Oct 11 22:14:15 m'), 514)).toBe('');
  expect(recognized(UDP, ascii('<3'), 514)).toBe('');
  expect(recognized(UDP, ascii('<html>'), 514)).toBe('');
  expect(recognized(UDP, join(ascii('<13>'), new Uint8Array(9)), 514)).toBe('');
  expect(recognized(TCP, ascii('123456 <13>x'), 514)).toBe('');
  expect(recognized(TCP, fromHex('82000001'), 139)).toBe('');
  expect(recognized(UDP, ber(0x6a, ber(0x30, ber(0xa1, INTEGER(4)))), 88)).toBe('');
  expect(recognized(TCP, prefixed(new Uint8Array(0)), 88)).toBe('');
  expect(recognized(TCP, ber(0x30, INTEGER(1), ber(0x7a)), 389)).toBe('');
  for (const { udp, tcp } of [nbns, nbdgm, nbss, syslog, kerberos, ldap]) {
    for (const carriage of [udp, tcp]) {
      if (carriage === undefined) continue;
      for (let seed = 0; seed < 500; seed++) {
        const bytes = noise(70, seed);
        if (carriage.leads !== undefined) bytes[0] = carriage.leads[seed % carriage.leads.length];
        expect(carriage.recognize(bytes, 0, bytes.length, bytes.length)).toBe(0);
      }
      expect(carriage.recognize(new Uint8Array(70), 0, 70, 70)).toBe(0);
    }
  }
});
