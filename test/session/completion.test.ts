import { SETTINGS } from '../../session/config.js';
import { completeLine, type Known } from '../../session/language/completion.js';
import { LIST } from './fixture.js';

const known: Known = {
  commands: LIST.commands,
  settings: SETTINGS,
  handles: ['web', 'lab'],
  variables: ['host'],
  values: (handle) =>
    handle === 'lab'
      ? { addresses: ['192.168.0.1'], ports: [22] }
      : { addresses: ['10.0.0.1', '10.0.0.12', '2001:db8::1'], ports: [53, 443] },
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
  ['filter host 10.', ['filter host 10.0.0.1', 'filter host 10.0.0.12']],
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
