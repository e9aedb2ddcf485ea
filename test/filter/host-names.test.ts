import { PcapshError } from '../../src/errors.js';
import { compileFilter } from '../../src/filter/filter.js';
import { anyHost, resolverOf, withAddresses } from '../../src/filter/host-names.js';

const hosts = resolverOf([
  ['10.0.0.1', 'gateway.example.org'],
  ['10.0.0.2', 'db'],
  ['2001:db8::2', 'DB'],
  ['10.0.0.2', 'db'],
  ['2001:db8::3', 'six'],
]);

test('capitals do not matter, nor does a dot at the end', () => {
  expect(hosts('GATEWAY.example.org.')).toEqual(['10.0.0.1']);
  expect(hosts('db')).toEqual(['10.0.0.2', '2001:db8::2']);
  expect(hosts('nobody')).toEqual([]);
});

test.each([
  ['host gateway.example.org', 'host 10.0.0.1'],
  ['src db and port 80', 'src (10.0.0.2 or 2001:db8::2) and port 80'],
  ['host gateway.example.org or not db', 'host 10.0.0.1 or not (10.0.0.2 or 2001:db8::2)'],
  ['ip host db', 'ip host 10.0.0.2'],
  ['ip6 dst host db', 'ip6 dst host 2001:db8::2'],
  ['arp host db or rarp src host db', 'arp host 10.0.0.2 or rarp src host 10.0.0.2'],
  ['host \\db', 'host (10.0.0.2 or 2001:db8::2)'],
  ['port domain and host six', 'port domain and host 2001:db8::3'],
  ['tcp', 'tcp'],
])('%s', (text, wanted) => {
  const replaced = withAddresses(text, hosts);
  expect(replaced).toBe(wanted);
  const packet = Uint8Array.from({ length: 60 }, (_, i) => [8, 0, 0x45][i - 12] ?? 0);
  packet.set([10, 0, 0, 2], 26);
  const judge = (filter: ReturnType<typeof compileFilter>): boolean => filter.forLinkType(1)(packet, 0, 60, 60);
  expect(judge(compileFilter(replaced))).toBe(judge(compileFilter(text, { hosts })));
});

function problem(text: string, names = hosts): PcapshError {
  try {
    compileFilter(text, { hosts: names });
  } catch (error) {
    if (error instanceof PcapshError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

test.each([
  ['host nobody', 'filter.unknown-host', [5, 11], /set hosts FILE/],
  ['src nobody', 'filter.unknown-host', [4, 10], /set hosts FILE/],
  ['ip host six', 'filter.unknown-host', [8, 11], /leave "ip" out/],
  ['host db or tpc', 'filter.unknown-word', [11, 14], /did you mean tcp\?/],
  ['host db or zebra', 'filter.unknown-word', [11, 16], /an address or a word/],
  ['host db and htp', 'filter.unknown-word', [12, 15], /^/],
  ['host db and dns', 'filter.unknown-word', [12, 15], /did you mean port 53\?/],
  ['net db', 'filter.unknown-host', [4, 6], /10\.0\.0\.0\/8/],
  ['ether host db', 'filter.unknown-host', [11, 13], /00:00:5e:00:53:01/],
  ['gateway db', 'filter.unknown-host', [8, 10], /ether host/],
  ['gateway 10.0.0.1', 'filter.bad-qualifier', [8, 16], /ether host/],
  ['decnet host db', 'filter.bad-address', [12, 14], /area\.node/],
])('%s is refused', (text, code, span, hint) => {
  const error = problem(text);
  expect([error.code, error.span]).toEqual([code, span]);
  expect(error.hint).toMatch(hint);
});

test('before names can be looked up, a name may be one, a mistyped word may not', () => {
  expect(() => compileFilter('host example.org or web1', { hosts: anyHost })).not.toThrow();
  expect(problem('host 10.0.0.1 or tpc', anyHost).hint).toBe('did you mean tcp?');
});
