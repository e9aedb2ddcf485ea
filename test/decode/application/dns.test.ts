import { dns } from '../../../src/decode/application/dns.js';
import { emitDns, emitDnsStream, viewDns, viewDnsStream } from '../../../src/decode/application/dns-header.js';
import { labelText, readDnsName } from '../../../src/decode/application/dns-names.js';
import { skipDnsName } from '../../../src/decode/application/dns-recognize.js';
import { dissection } from '../../../src/decode/dissect.js';
import type { Layer } from '../../../src/decode/layer.js';
import { fromHex, join } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';
import { carry, dissected, noise, recognized, TCP, UDP } from '../../support/payloads.js';
import {
  ascii,
  dnsName,
  FIRST_NAME,
  message,
  OPT,
  question,
  RECORDS,
  record,
  TSIG,
  tcpPacket,
  udpPacket,
} from './dns-messages.js';

const IPV4 = 228;
/** Where a UDP payload begins. */
const AT = 28;

function show(bytes: Uint8Array, name = 'dns', port = 53): Layer {
  return layerOf(udpPacket(bytes, port), IPV4, name);
}

function info(packet: Uint8Array): string | undefined {
  return dissection(packet, IPV4).column.info;
}

const QUERY = message({ questions: [question('example.org', 1)] });
const ANSWER = message({
  flags: 0x8180,
  questions: [question('www.example.org', 1)],
  answers: [
    record(FIRST_NAME, 5, fromHex('c010')),
    record(fromHex('c010'), 1, fromHex('c0000201')),
    record(fromHex('c010'), 1, fromHex('c0000202')),
  ],
});

function stream(...messages: Uint8Array[]): Uint8Array {
  return join(...messages.flatMap((one) => [Uint8Array.of(one.length >>> 8, one.length), one]));
}

describe('a message', () => {
  test('query: every field and where it stands', () => {
    const layer = show(QUERY);
    expect(layer).toMatchObject({ start: AT, end: AT + QUERY.length, problem: null });
    expect(layer.summary).toBe('query A example.org  id 0x1234  RD');
    expect(lines(layer.fields)).toEqual([
      'ID: 0x1234',
      'Flags: 0x0100, query, QUERY (0), Recursion Desired',
      '  QR: query',
      '  Opcode: QUERY (0)',
      '  AA: not Authoritative Answer',
      '  TC: not TrunCation',
      '  RD: Recursion Desired',
      '  RA: not Recursion Available',
      '  Z: not Reserved',
      '  AD: not Authentic Data',
      '  CD: not Checking Disabled',
      '  RCODE: NOERROR (0)',
      'QDCOUNT: 1',
      'ANCOUNT: 0',
      'NSCOUNT: 0',
      'ARCOUNT: 0',
      'Question Section: 1 question',
      '  Question: example.org IN A',
      '    QNAME: example.org',
      '    QTYPE: A (1)',
      '    QCLASS: IN (1)',
    ]);
    const [name, type, kind] = layer.fields.at(-1)!.fields![0].fields!;
    expect([name, type, kind].map(({ start, end }) => [start - AT, end - AT])).toEqual([
      [12, 25],
      [25, 27],
      [27, 29],
    ]);
  });

  test('answer: compressed names, the line', () => {
    const layer = show(ANSWER);
    expect(layer.fields.at(-1)!.fields!.map(({ text }) => text)).toEqual([
      'www.example.org 300 IN CNAME example.org',
      'example.org 300 IN A 192.0.2.1',
      'example.org 300 IN A 192.0.2.2',
    ]);
    expect(info(udpPacket(ANSWER, 40000, 53))).toBe('answer A www.example.org CNAME example.org, 192.0.2.1, 192.0.2.2');
  });

  test.each(RECORDS)('%s', (name, type, data, words) => {
    const bytes = message({
      flags: 0x8180,
      questions: [question('example.org', type)],
      answers: [record(FIRST_NAME, type, data)],
    });
    const layer = show(bytes);
    expect(layer.problem).toBeNull();
    const [made] = layer.fields.at(-1)!.fields!;
    expect(made.text).toBe(`example.org 300 IN ${name} ${words}`);
    // The parts of RDATA stand side by side and fill it.
    const rdata = made.fields!.at(-1)!;
    const parts = rdata.fields!;
    expect([parts[0].start, parts.at(-1)!.end]).toEqual([rdata.start, rdata.end]);
    for (let i = 1; i < parts.length; i++) expect(parts[i].start).toBe(parts[i - 1].end);
    for (let cut = 1; cut < data.length; cut++) {
      const shorter = message({ flags: 0x8180, questions: [], answers: [record('a', type, data.subarray(0, cut))] });
      expect(() => show(shorter)).not.toThrow();
    }
  });

  test('EDNS: options, and the response code that they extend', () => {
    const layer = show(message({ questions: [question('example.org', 1)], additionals: [OPT] }));
    expect(layer.problem).toBeNull();
    const found = lines(layer.fields.at(-1)!.fields![0].fields!);
    expect(found.slice(2, 8)).toEqual([
      "Requestor's UDP Payload Size: 1232",
      'EXTENDED-RCODE: 0 (NOERROR)',
      'VERSION: 0',
      'EDNS Flags: 0x8000 DNSSEC OK',
      '  DO: DNSSEC answer OK',
      '  Z: 0',
    ]);
    expect(found.filter((line) => line.startsWith('  Option:'))).toEqual([
      '  Option: NSID asked for',
      '  Option: COOKIE client 0102030405060708',
      '  Option: edns-client-subnet 192.0.2.0/24, scope 0',
      '  Option: Extended DNS Error Prohibited (18) "bad"',
      '  Option: edns-tcp-keepalive 10 s',
      '  Option: Padding 3 bytes of padding',
    ]);
    const bad = message({
      flags: 0x8187,
      questions: [question('', 6)],
      additionals: [fromHex('000029 04d0 01000000 0000')],
    });
    expect(info(udpPacket(bad, 40000, 53))).toBe('answer SOA . BADCOOKIE');
  });

  test('update with a signature, notify', () => {
    const update = message({
      flags: 0x2800,
      questions: [question('example.org', 6)],
      authorities: [record('old.example.org', 255, new Uint8Array(0), 255, 0)],
      additionals: [record('key', 250, TSIG, 255, 0)],
    });
    const layer = show(update);
    expect(layer.problem).toBeNull();
    expect(layer.summary).toMatch(/^update SOA example\.org/);
    expect(layer.fields.slice(6).map(({ name }) => name)).toEqual([
      'Zone Section',
      'Update Section',
      'Additional Section',
    ]);
    expect(lines(layer.fields.at(-1)!.fields!)).toContain('    Time Signed: 1704067200 (2024-01-01T00:00:00Z)');
    expect(info(udpPacket(message({ flags: 0x2400, questions: [question('example.org', 6)] }), 53))).toBe(
      'notify SOA example.org',
    );
  });

  test('class CH holds other data', () => {
    const layer = show(
      message({ flags: 0x8000, questions: [question('a', 1, 3)], answers: [record('a', 1, dnsName('b'), 3)] }),
    );
    expect(layer.problem).toBeNull();
    expect(layer.fields.at(-1)!.fields![0].text).toBe('a 300 CH A 016200');
  });
});

describe('over TCP', () => {
  test('two messages in a segment, one that goes on', () => {
    const both = dissection(tcpPacket(stream(QUERY, QUERY), 53), IPV4);
    const found = both.layers.filter(({ name }) => name === 'dns');
    expect(found.map(({ start, end }) => [start, end])).toEqual([
      [40, 71],
      [71, 102],
    ]);
    expect(topLines(found[0])[0]).toBe('Length: 29');
    const half = stream(ANSWER).subarray(0, 40);
    expect(layerOf(tcpPacket(half, 40000, 53), IPV4, 'dns').problem).toMatch(
      /^DNS message: 79 bytes required, 38 available, at byte 42$/,
    );
  });

  test('emitted', () => {
    const bytes = stream(ANSWER);
    const view = viewDnsStream(bytes, 0, bytes.length)!;
    expect(emitDnsStream(view)).toEqual(bytes);
    expect(emitDnsStream({ ...view, length: 0 }, { length: true })).toEqual(bytes);
    expect(viewDnsStream(bytes, 0, 13)).toBeNull();
  });
});

test('emit(view) is the message, its counts computed on request', () => {
  for (const bytes of [
    QUERY,
    ANSWER,
    message({ additionals: [OPT] }),
    join(ANSWER, fromHex('aabb')),
    ANSWER.subarray(0, 50),
  ]) {
    const view = viewDns(bytes, 0, bytes.length)!;
    expect(emitDns(view)).toEqual(new Uint8Array(bytes));
  }
  const view = viewDns(ANSWER, 0, ANSWER.length)!;
  const fewer = emitDns({ ...view, answers: view.answers.slice(1) }, { counts: true });
  expect(viewDns(fewer, 0, fewer.length)).toMatchObject({ ancount: 2, rest: new Uint8Array(0) });
  expect(viewDns(ANSWER, 0, 11)).toBeNull();
});

describe('names', () => {
  const read = (hex: string, at = 0) => {
    const bytes = fromHex(hex);
    return readDnsName(bytes, 0, at, bytes.length);
  };

  test.each<[string, string]>([
    ['abc', 'abc'],
    ['a.b\\c', 'a\\.b\\\\c'],
    ['tab\t', 'tab\\009'],
    ['\xff\xfe', '\\255\\254'],
    ['B\xc3\xbcro', 'Büro'],
    ['a\xe2\x80\xaeb', 'a\\226\\128\\174b'],
    ['two words', 'two words'],
  ])('label %j', (label, text) => expect(labelText(ascii(label))).toBe(text));

  test.each([
    ['c000', 'DNS name pointer: runs in a circle, at byte 0'],
    ['0161c000', 'DNS name pointer: runs in a circle, at byte 2'],
    ['c002c000', 'DNS name pointer: runs in a circle, at byte 2'],
    ['c0ff', 'DNS name pointer: to byte 255, the message ends at 2, at byte 0'],
    ['8000', 'DNS label: type 0x80 is not defined, at byte 0'],
    ['4100', 'DNS label: type 0x41 is not defined, at byte 0'],
    ['0361', 'DNS label: 4 bytes required, 2 available, at byte 0'],
    ['', 'DNS name: 1 byte required, 0 available, at byte 0'],
  ])('%s', (hex, problem) => {
    expect(read(hex).problem).toBe(problem);
  });

  test('longer than a name may be', () => {
    const label = `3f${'61'.repeat(63)}`;
    expect(read(`${label.repeat(3)}3d${'61'.repeat(61)}00`).problem).toBeNull();
    expect(read(`${label.repeat(4)}00`).problem).toBe('DNS name: longer than 255 bytes, at byte 0');
    expect(skipDnsName(fromHex(`${label.repeat(4)}00`), 0, 257)).toBe(-1);
  });

  test('pointers without end', () => {
    const chain = Array.from({ length: 400 }, (_, i) => (0xc000 + 2 * (i + 1)).toString(16)).join('');
    expect(read(`${chain}00`).problem).toBe('DNS name: more than 127 pointers, at byte 0');
  });

  test('a pointer that leads nowhere spoils its name, not the message', () => {
    const layer = show(
      message({
        flags: 0x8180,
        questions: [question('a', 1)],
        answers: [record(fromHex('cfff'), 1, fromHex('c0000201')), record('b', 1, fromHex('c0000202'))],
      }),
    );
    expect(layer.problem).toMatch(/^DNS name pointer: to byte/);
    expect(layer.fields.at(-1)!.fields!).toHaveLength(2);
  });
});

describe('damage', () => {
  test('cut anywhere: no field beyond the bytes, a problem said', () => {
    const packet = udpPacket(ANSWER, 40000, 53);
    expect(strayFields(packet, IPV4)).toEqual([]);
    for (let length = AT + 12; length < packet.length; length++) {
      const found = dissection(packet.subarray(0, length), IPV4, packet.length).layers.find(
        ({ name }) => name === 'dns',
      );
      if (found !== undefined) expect(found.problem).not.toBeNull();
    }
  });

  test.each([
    ['left over', join(QUERY, fromHex('0000')), /^DNS message: ends at byte 57, what carries it at byte 59$/],
    [
      'RDATA that is too short',
      message({ flags: 0x8180, questions: [question('a', 1)], answers: [record('a', 1, fromHex('c0'))] }),
      /^DNS ADDRESS: 4 bytes required, 1 available/,
    ],
    [
      'RDATA that is too long',
      message({ flags: 0x8180, questions: [question('a', 1)], answers: [record('a', 1, fromHex('c000020100'))] }),
      /^DNS RDATA: 1 byte left over/,
    ],
    [
      'an option beyond its record',
      message({ questions: [question('a', 1)], additionals: [fromHex('000029 04d0 00000000 0004 0003 0009')] }),
      /^EDNS option: 13 bytes required, 4 available/,
    ],
    [
      'a parameter beyond its record',
      message({
        flags: 0x8180,
        questions: [question('a', 65)],
        answers: [record('a', 65, fromHex('0001 00 0003 0009'))],
      }),
      /^DNS SvcParam: 13 bytes required, 4 available/,
    ],
    [
      'a parameter of the wrong size',
      message({
        flags: 0x8180,
        questions: [question('a', 65)],
        answers: [record('a', 65, fromHex('0001 00 0003 0001 01'))],
      }),
      /^DNS SvcParam port: 1 byte make no such value/,
    ],
    [
      'a bitmap beyond its record',
      message({ flags: 0x8180, questions: [question('a', 47)], answers: [record('a', 47, fromHex('00 00 20 40'))] }),
      /^DNS Type Bit Maps: 34 bytes required, 3 available/,
    ],
  ])('%s', (_name, bytes, problem) => expect(show(bytes).problem).toMatch(problem));
});

describe('recognition', () => {
  test('on any port', () => {
    for (const bytes of [QUERY, ANSWER]) {
      expect(recognized(UDP, bytes)).toBe('dns');
      expect(recognized(UDP, bytes, 53)).toBe('dns');
      expect(recognized(TCP, stream(bytes))).toBe('dns');
    }
    expect(recognized(TCP, stream(ANSWER).subarray(0, 40))).toBe('dns');
  });

  test('on its own port only', () => {
    const refused = message({ flags: 0x8005 });
    expect(recognized(UDP, refused, 53)).toBe('dns');
    expect(recognized(UDP, refused)).toBe('');
    expect(recognized(UDP, QUERY.subarray(0, 8), 53, QUERY.length)).toBe('dns');
    expect(recognized(UDP, QUERY.subarray(0, 16), 53, QUERY.length)).toBe('dns');
  });

  test('damaged behind its header, on its own port only', () => {
    const loop = message({
      flags: 0x8180,
      questions: [question(FIRST_NAME, 1)],
      answers: [record(FIRST_NAME, 1, fromHex('0a000001'))],
    });
    const endless = message({ questions: [join(fromHex('3f6162'), new Uint8Array(8))] });
    const longLabel = message({ questions: [question(fromHex('4161626300'), 1)] });
    const otherClass = message({ questions: [question('a', 1, 0x4141)] });
    for (const bytes of [loop, endless, longLabel, otherClass]) {
      expect([recognized(UDP, bytes, 53), recognized(UDP, bytes)]).toEqual(['dns', '']);
      expect([recognized(TCP, stream(bytes), 53), recognized(TCP, stream(bytes))]).toEqual(['dns', '']);
      expect(dissected(carry(UDP, bytes, 53)).protocols).toEqual(['ip', 'udp', 'dns']);
    }
    const reserved = Uint8Array.from(loop);
    reserved[3] |= 0x40;
    expect(recognized(UDP, reserved, 53)).toBe('');
  });

  test('what begins by chance as an update or as part of a message is none on a foreign port', () => {
    // A row description of PostgreSQL: its letter and length read as a length, a number and flags.
    const rows = join(fromHex('540000002e00 0261 0000 0000 0000 00 00ff 00ff'), new Uint8Array(63));
    expect([recognized(TCP, rows), recognized(TCP, rows, 5432)]).toEqual(['', '']);
    const update = message({ flags: 0x2800, questions: [question('example.org', 6)] });
    expect(recognized(UDP, update)).toBe('dns');
    expect(recognized(UDP, message({ flags: 0x2800, questions: [question('example.org', 1)] }))).toBe('');
    expect(recognized(UDP, message({ flags: 0x2000, questions: [question('a', 6), question('b', 6)] }))).toBe('');
    const part = join(fromHex('5400'), QUERY);
    expect([recognized(TCP, part, 53), recognized(TCP, part)]).toEqual(['dns', '']);
  });

  test('noise on its port is none', () => {
    for (let seed = 0; seed < 2000; seed++) {
      const bytes = noise(12 + (seed % 200), seed);
      expect(dns.udp!.recognize(bytes, 0, bytes.length, bytes.length)).toBe(0);
      expect(dns.tcp!.recognize(bytes, 0, bytes.length, bytes.length)).toBe(0);
    }
    for (const bytes of [
      new Uint8Array(40),
      ascii('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n'),
      new Uint8Array(40).fill(255),
    ]) {
      expect(dns.udp!.recognize(bytes, 0, bytes.length, bytes.length)).toBe(0);
      expect(dns.tcp!.recognize(bytes, 0, bytes.length, bytes.length)).toBe(0);
    }
  });
});
