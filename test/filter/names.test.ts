import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IANA_PROTOCOLS, IANA_SERVICES } from '../../src/filter/bpf/iana-names.js';
import { nameTable, parseProtocols, parseServices, readNameTable } from '../../src/filter/bpf/names.js';
import { editDistance, nearestWord } from '../../src/filter/bpf/suggest.js';
import { compileFilter } from '../../src/filter/filter.js';

const folder = mkdtempSync(join(tmpdir(), 'pcapsh-names-'));
const file = join(folder, 'names.json');
const before = process.env.PCAPSH_NAMES;

beforeAll(() => {
  const services = {
    both: { tcp: 7, udp: 7 },
    apart: { tcp: 8, udp: 9 },
    'only-udp': { udp: 10 },
    neither: { ddp: 4 },
  };
  writeFileSync(file, JSON.stringify({ services, protocols: { ospf: 89 } }));
  process.env.PCAPSH_NAMES = file;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.PCAPSH_NAMES;
  else process.env.PCAPSH_NAMES = before;
});

/** An Ethernet frame of IPv4 with these ports. */
function frame(protocol: number, source: number, destination: number): Uint8Array {
  const bytes = new Uint8Array(60);
  bytes.set([8, 0, 0x45], 12);
  bytes[23] = protocol;
  bytes.set([source >> 8, source & 255, destination >> 8, destination & 255], 34);
  return bytes;
}

function matches(text: string, protocol: number, port: number): boolean {
  return compileFilter(text).forLinkType(1)(frame(protocol, port, 60_000), 0, 60, 60);
}

test('a name confines its port to the transports that it has', () => {
  expect([matches('port both', 6, 7), matches('port both', 17, 7)]).toEqual([true, true]);
  expect([matches('port apart', 6, 8), matches('port apart', 17, 8), matches('port apart', 17, 9)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([matches('port only-udp', 17, 10), matches('port only-udp', 6, 10)]).toEqual([true, false]);
  expect(matches('sctp port both', 132, 7)).toBe(true);
  expect(() => compileFilter('port neither')).toThrow('unknown port "neither"');
  expect(() => compileFilter('tcp port only-udp')).toThrow('is a port of udp');
  expect(matches('tcp port \\7', 6, 7)).toBe(true);
});

test('ranges of names and numbers, either end first', () => {
  expect([matches('portrange both-apart', 17, 8), matches('portrange apart-apart', 17, 8)]).toEqual([true, false]);
  expect([matches('portrange 9-both', 6, 8), matches('portrange 9-7', 6, 10), matches('portrange both', 6, 7)]).toEqual(
    [true, false, true],
  );
  expect(matches('portrange 7', 6, 7)).toBe(true);
  expect(() => compileFilter('tcp portrange only')).toThrow('unknown port "only"');
  expect(() => compileFilter('portrange 5-99999')).toThrow('port 99999 is more than 65535');
});

test('protocol names', () => {
  expect(compileFilter('ip proto \\ospf').forLinkType(1)(frame(89, 0, 0), 0, 60, 60)).toBe(true);
  expect(() => compileFilter('ip proto ospg')).toThrow('unknown protocol');
});

test('names are read once, and anew when the file is another', () => {
  expect(nameTable()).toBe(nameTable());
  expect(nameTable().source).toBe(file);
});

test('services(5) and protocols(5)', () => {
  const services = parseServices('# comment\nhttp 80/tcp www # web\nhttp 80/udp\nx 1/ddp\n\nhttp 81/tcp\n');
  expect([...services]).toEqual([
    ['http', { tcp: 80, udp: 80 }],
    ['www', { tcp: 80, udp: null }],
  ]);
  expect([...parseProtocols('tcp 6 TCP\ntcp 7\n')]).toEqual([
    ['tcp', 6],
    ['TCP', 6],
  ]);
  expect(parseServices(IANA_SERVICES).get('domain')).toEqual({ tcp: 53, udp: 53 });
  expect(parseProtocols(IANA_PROTOCOLS).get('ospf')).toBe(89);
  expect(readNameTable({}).services.get('ssh')).toEqual({ tcp: 22, udp: null });
});

test('the nearest word', () => {
  expect(editDistance('prot', 'port')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
  expect(nearestWord('tpc', ['udp', 'tcp'])).toBe('tcp');
  expect(nearestWord('zzz', ['udp', 'tcp'])).toBeNull();
  expect(nearestWord('x'.repeat(50), ['udp'])).toBeNull();
});
