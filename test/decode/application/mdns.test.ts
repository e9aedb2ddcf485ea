import { fromHex } from '../../support/frames.js';
import { layerOf, lines, topLines } from '../../support/layer-lines.js';
import { noise, recognized, TCP, UDP } from '../../support/payloads.js';
import { dnsName, message, question, record, udpPacket } from './dns-messages.js';

/** Multicast DNS and LLMNR: what they read otherwise than DNS, and how the three are told apart. */

const IPV4 = 228;
const ADDRESS = fromHex('c0000201');

const SERVICE = message({ id: 0, flags: 0, questions: [question('_http._tcp.local', 12, 0x8001)] });
const ANNOUNCED = message({
  id: 0,
  flags: 0x8400,
  answers: [record('_http._tcp.local', 12, dnsName('Web._http._tcp.LOCAL')), record('pc.local', 1, ADDRESS, 0x8001)],
});
const REVERSE = message({
  id: 0,
  flags: 0x8400,
  answers: [record('1.2.0.192.in-addr.arpa', 12, dnsName('pc.local'), 0x8001)],
});
const PROBE = message({ id: 0, flags: 0, questions: [question('1.2.0.192.in-addr.arpa', 255)] });
const PLAIN = message({ questions: [question('example.org', 1)] });
const LABEL = message({ flags: 0, questions: [question('printer', 1)] });
const LABEL_ANSWER = message({
  flags: 0x8000,
  questions: [question('printer', 1)],
  answers: [record('printer', 1, ADDRESS)],
});
const BACKWARDS = message({ flags: 0, questions: [question('1.2.0.192.in-addr.arpa', 12)] });

test('mDNS: the bits above the class', () => {
  const asked = layerOf(udpPacket(SERVICE, 5353), IPV4, 'mdns');
  expect(asked.summary).toBe('query PTR _http._tcp.local  id 0x0000');
  expect(lines(asked.fields).slice(-2)).toEqual(['    QCLASS: IN (1)', '    Unicast Response: set']);
  const told = layerOf(udpPacket(ANNOUNCED, 5353), IPV4, 'mdns');
  expect(told.summary).toMatch(/^answer PTR _http\._tcp\.local Web\._http\._tcp\.LOCAL, A pc\.local 192\.0\.2\.1 /);
  const found = lines(told.fields);
  expect(found.filter((line) => line.includes('Cache-Flush'))).toEqual([
    '    Cache-Flush: not set',
    '    Cache-Flush: set',
  ]);
  expect(found).toContain('  Resource Record: pc.local 300 IN cache-flush A 192.0.2.1');
});

test('LLMNR: flags of its own', () => {
  const conflict = layerOf(udpPacket(message({ flags: 0x8500, questions: [question('pc', 1)] }), 5355), IPV4, 'llmnr');
  expect(topLines(conflict)[1]).toBe('Flags: 0x8500, response, QUERY (0), Conflict, Tentative, NOERROR (0)');
  expect(conflict.fields[1].fields!.map(({ name }) => name)).toEqual(['QR', 'Opcode', 'C', 'TC', 'T', 'Z', 'RCODE']);
});

describe('told apart', () => {
  const prefixed = Uint8Array.of(0, LABEL.length, ...LABEL);

  test.each<[string, Uint8Array, number, string]>([
    ['a service of .local', SERVICE, 40001, 'mdns'],
    ['an announcement', ANNOUNCED, 40001, 'mdns'],
    ['an announcement of a name elsewhere', REVERSE, 40001, 'mdns'],
    ['a probe', PROBE, 40001, 'mdns'],
    ['a plain name', PLAIN, 40001, 'dns'],
    ['a plain name', PLAIN, 53, 'dns'],
    ['a plain name', PLAIN, 5353, 'mdns'],
    ['a label', LABEL, 40001, 'llmnr'],
    ['a label', LABEL, 5355, 'llmnr'],
    ['an answer about a label', LABEL_ANSWER, 40001, 'llmnr'],
    ['an address', BACKWARDS, 5355, 'llmnr'],
    ['an address', BACKWARDS, 53, 'dns'],
    ['an address', BACKWARDS, 5353, 'mdns'],
    ['a service of .local', SERVICE, 5355, 'mdns'],
  ])('%s: %p to port %i', (_name, bytes, port, protocol) => expect(recognized(UDP, bytes, port)).toBe(protocol));

  test('over TCP', () => {
    expect(recognized(TCP, prefixed)).toBe('llmnr');
    expect(recognized(TCP, prefixed, 5355)).toBe('llmnr');
  });

  test('noise', () => {
    for (let seed = 0; seed < 1000; seed++) {
      const bytes = noise(12 + (seed % 100), seed);
      for (const port of [5353, 5355]) expect(['mdns', 'llmnr', 'dns']).not.toContain(recognized(UDP, bytes, port));
    }
  });
});
