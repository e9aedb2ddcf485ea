import { SETTINGS } from '../../session/config.js';
import { completeLine, type Known } from '../../session/language/completion.js';
import type { CountedValue } from '../../src/filter/bpf/complete.js';
import type { KnownKind } from '../../src/plan/known-values.js';
import { LIST } from './fixture.js';

const counted = (...values: [string, number][]): CountedValue[] => values.map(([text, packets]) => ({ text, packets }));
const VALUES: Record<string, Partial<Record<KnownKind, CountedValue[]>>> = {
  lab: { addresses: counted(['192.168.0.1', 5]), ports: counted(['22', 5]) },
  web: {
    addresses: counted(['10.0.0.12', 900], ['10.0.0.1', 80], ['2001:db8::1', 3]),
    ports: counted(['443', 700], ['53', 200]),
    protocols: counted(['tcp', 700], ['udp', 200], ['dccp', 1]),
    applications: counted(['tls', 600], ['dns', 200]),
    vlans: counted(['42', 10]),
    labels: counted(['1001', 2]),
    sessions: counted(['7', 2]),
    interfaces: counted(['lan0', 10]),
  },
};

const known: Known = {
  commands: LIST.commands,
  settings: SETTINGS,
  handles: ['web', 'lab'],
  variables: ['host'],
  values: (handle) => ({
    find: (kind, prefix) =>
      (VALUES[handle === 'lab' ? 'lab' : 'web'][kind] ?? []).filter(({ text }) => text.startsWith(prefix)),
  }),
  folder: (path) =>
    path === 'dir/'
      ? ['a.pcap', 'sub/']
      : path === ''
        ? ['dir/', 'my dir/', 'a b.pcap', "it's.pcap", 'web.pcap', '.hidden']
        : [],
};

beforeAll(async () => {
  for (const command of LIST.commands) await command.prepare?.();
});

/** The line with its end replaced by each candidate. */
const complete = (line: string): string[] => {
  const { from, candidates } = completeLine(line, known);
  return candidates.map((candidate) => line.slice(0, from) + candidate);
};

test.each<[string, string[]]>([
  ['sta', ['stats']],
  ['we', ['web']],
  ['x = lo', ['x = load']],
  ['web | co', ['web | count']],
  ['web | filter tcp | fl', ['web | filter tcp | flows']],
  ['web | lo', []],
  ['web | we', []],
  ['web & ', ['web & web', 'web & lab']],
  ['web - la', ['web - lab']],
  ['x = web + (we', ['x = web + (web']],
  ['web - (lab | fil', ['web - (lab | filter']],
  ['(we', ['(web']],
  ['(loa', ['(load']],
  ['web & lab + (web | filter tcp) & l', []],
  ['time +1s.. - w', []],
  ['zzz q', []],
  ['# sta', []],
  ['flows --t', ['flows --top']],
  ['flows ', ['flows --top', 'flows --by', 'flows --unidirectional']],
  ['flows --by ', ['flows --by bytes', 'flows --by packets']],
  ['flows --by=p', ['flows --by=packets']],
  ['flows --top=', []],
  ['load d', ['load dir/']],
  ['load dir/', ['load dir/a.pcap', 'load dir/sub/']],
  ['load dir/a', ['load dir/a.pcap']],
  ['load nowhere/', []],
  ['load .', ['load .hidden']],
  ["load 'a", ["load 'a b.pcap'"]],
  ["load 'a b", ["load 'a b.pcap'"]],
  ['load web.pcap "a ', ['load web.pcap "a b.pcap"']],
  ['load a', ["load 'a b.pcap'"]],
  ['load m', ["load 'my dir/"]],
  ['load it', ['load "it\'s.pcap"']],
  ["load 'it", ['load "it\'s.pcap"']],
  ['load "d', ['load "dir/']],
  ['web | write -o we', ['web | write -o web.pcap']],
  ['help fl', ['help flows']],
  ['help prot', ['help protocols']],
  ['set ti', ['set time']],
  ['set time ', ['set time absolute', 'set time relative', 'set time delta']],
  ['set columns number,ti', ['set columns number,time']],
  ['set columns number,n', []],
  ['set hosts d', ['set hosts dir/']],
  ['set zone ', []],
  ['preview --col', ['preview --columns']],
  ['preview --columns number,sou', ['preview --columns number,source']],
  ['preview --columns=d', ['preview --columns=delta', 'preview --columns=destination', 'preview --columns=direction']],
  ['preview 3 --ti', ['preview 3 --time']],
  ['head --time r', ['head --time relative']],
  ['show 3 --layers ip,tc', ['show 3 --layers ip,tcp']],
  ['show 3 ', []],
  ['set $h', ['set $host']],
  ['web | filter host $', ['web | filter host $host']],
  ['filter host 10.', ['filter host 10.0.0.12', 'filter host 10.0.0.1']],
  ['filter net ', ['filter net 10.0.0.12', 'filter net 10.0.0.1', 'filter net 2001:db8::1']],
  ['filter host 2001:d', ['filter host 2001:db8::1']],
  ['filter tcp and src or dst 10.0.0.12', ['filter tcp and src or dst 10.0.0.12']],
  ['filter host 10.0.0.9 or 10.', ['filter host 10.0.0.9 or 10.0.0.12', 'filter host 10.0.0.9 or 10.0.0.1']],
  ['filter host (', ['filter host (10.0.0.12', 'filter host (10.0.0.1', 'filter host (2001:db8::1']],
  ['filter ether host 1', []],
  ['filter port ', ['filter port 443', 'filter port 53']],
  ['filter tcp port 80 or 4', ['filter tcp port 80 or 443']],
  ['filter not port 5', ['filter not port 53']],
  ['filter ip proto \\t', ['filter ip proto \\tcp']],
  ['filter vlan ', ['filter vlan and', 'filter vlan or', 'filter vlan 42']],
  ['filter mpls 1', ['filter mpls 1001']],
  ['filter pppoes 7', ['filter pppoes 7']],
  ['filter ifname l', ['filter ifname lan0']],
  ['filter --app ', ['filter --app tls', 'filter --app dns']],
  ['filter --app=t', ['filter --app=tls', 'filter --app=tpkt']],
  [
    'filter --app tls,d',
    ['filter --app tls,dns', 'filter --app tls,dhcp', 'filter --app tls,dhcpv6', 'filter --app tls,dtls'],
  ],
  ['filter --not-ip 10.0.0.1', ['filter --not-ip 10.0.0.12', 'filter --not-ip 10.0.0.1']],
  ['filter --port 443,', ['filter --port 443,53']],
  ['filter --proto d', ['filter --proto dccp']],
  ['filter --app tls por', ['filter --app tls port', 'filter --app tls portrange']],
  ["filter --app tls 'tcp and host 2", ["filter --app tls 'tcp and host 2001:db8::1"]],
  ['lab | filter host ', ['lab | filter host 192.168.0.1']],
  ['lab | filter port ', ['lab | filter port 22']],
  ['filter tcp and src 2', ['filter tcp and src 2001:db8::1']],
  ['filter dst por', ['filter dst port', 'filter dst portrange']],
  ['filter (hos', ['filter (host']],
  ["filter 'tcp and por", ["filter 'tcp and port", "filter 'tcp and portrange"]],
  ['filter tcp[13] | 2 = 2 and ud', ['filter tcp[13] | 2 = 2 and udp']],
  ["load 'a | b' | cou", ["load 'a | b' | count"]],
])('%j', (line, expected) => expect(complete(line)).toEqual(expected));

test('at an empty place only what is typed every day is offered', () => {
  expect(complete('')).toEqual(expect.arrayContaining(['web', 'load', 'tour']));
  expect(complete('filter ')).toEqual(expect.arrayContaining(['filter tcp', 'filter not']));
  expect(complete('filter ').length).toBeLessThan(40);
});
