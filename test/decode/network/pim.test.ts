import { pseudoHeaderSum } from '../../../src/decode/checksum.js';
import { dissection } from '../../../src/decode/dissect.js';
import type { Layer } from '../../../src/decode/layer.js';
import { emitPim, viewPim } from '../../../src/decode/network/pim.js';
import { fromHex, ipv4, ipv6, join, udp } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const IPV4 = 228;
const IPV6 = 229;

const GROUP = '0100 0020 ef010203';
const UNICAST = '0100 0a000001';

/** The message with its right checksum, in an IPv4 packet. */
function packet(hex: string, inner: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = fromHex(hex);
  const head = emitPim(viewPim(bytes, 0, bytes.length)!, { pseudoSum: 0 });
  return ipv4({ protocol: 103, payload: join(head, inner) });
}

function pim(hex: string): Layer {
  return layerOf(packet(hex), IPV4, 'pim');
}

test('hello options', () => {
  const layer = pim(
    '2000 0000 0001 0002 ffff 0002 0004 81f4 09c4 0013 0004 00000001 0014 0004 12345678 0015 0004 013c0000 0018 0006 0100 0a000009 ffdc 0001 07 0016 0000',
  );
  expect(layer.problem).toBeNull();
  expect(lines(layer.fields.slice(4)).filter((line) => !/Option(Type|Length)/.test(line))).toEqual([
    'Options: Holdtime forever (65535), LAN Prune Delay 0x81f4 T, Propagation_Delay 500, 2500 ms, DR Priority 1, Generation ID 0x12345678, State Refresh Capable 1, 60 s, 0, Address List 10.0.0.9, Option 65500 07, Bidirectional Capable Bidirectional Capable',
    '  Holdtime: forever (65535)',
    '    Holdtime: forever (65535)',
    '  LAN Prune Delay: 0x81f4 T, Propagation_Delay 500, 2500 ms',
    '    Propagation Delay: 0x81f4 T, Propagation_Delay 500',
    '      T: set',
    '      Propagation_Delay: 500',
    '    Override_Interval: 2500 ms',
    '  DR Priority: 1',
    '    DR Priority: 1',
    '  Generation ID: 0x12345678',
    '    Generation ID: 0x12345678',
    '  State Refresh Capable: 1, 60 s, 0',
    '    Version: 1',
    '    Interval: 60 s',
    '    Reserved: 0',
    '  Address List: 10.0.0.9',
    '    Secondary Address: 10.0.0.9',
    '      Addr Family: IPv4 (1)',
    '      Encoding Type: native (0)',
    '      Unicast Address: 10.0.0.9',
    '  Option 65500: 07',
    '    OptionValue: 07',
    '  Bidirectional Capable: Bidirectional Capable',
  ]);
  expect(pim('2000 0000 0001 0009 0069').problem).toBe('PIM option: 13 bytes required, 6 available, at byte 24');
});

test('join and prune', () => {
  const layer = pim(
    `2300 0000 ${UNICAST} 00 01 00d2 ${GROUP} 0001 0001 0100 0718 01010100 0101 0020 02020202 4103 aabbcc`,
  );
  expect(layer.problem).toBeNull();
  expect(layer.summary).toBe('Join/Prune  to 10.0.0.1  239.1.2.3 +1.1.1.0/24 -2.2.2.2  checksum ok');
  const all = lines(layer.fields);
  expect(all).toContain('    Flags: 0x07 S, W, R');
  expect(all).toContain('  Number of Pruned Sources: 1');
  expect(all).toContain('    Join Attribute: 1');
});

test('register carries a packet', () => {
  const inner = ipv4({ protocol: 17, payload: udp(fromHex('6869')) });
  const found = dissection(packet('2100 0000 80000000', inner), IPV4);
  expect(found.protocols.join(':')).toBe('ip:pim:ip:udp:data');
  expect(found.layers[1].summary).toBe('Register  checksum ok');
  expect(lines(found.layers[1].fields.slice(4))).toEqual(['Flags: 0x80000000 B', '  B: set', '  N: not set']);
  expect(dissection(packet('2100 0000 40000000'), IPV4).layers[1].summary).toBe('Register  null register  checksum ok');
  expect(dissection(packet('2100 0000 40000000', fromHex('00010203')), IPV4).protocols.join(':')).toBe('ip:pim:data');
});

test('a register checksum over all of it is accepted; IPv6 counts 8 bytes', () => {
  const whole = fromHex(`2100 0000 00000000 4500`);
  const sum = ~(0x2100 + 0x4500) & 0xffff;
  const stored = Uint8Array.from(whole);
  stored.set([sum >>> 8, sum & 255], 2);
  expect(layerOf(ipv4({ protocol: 103, payload: stored }), IPV4, 'pim').summary).toBe('Register  checksum ok');
  const head = fromHex('2100 0000 00000000');
  const bare = ipv6(103, join(head, fromHex('6000')));
  const pseudoSum = pseudoHeaderSum(bare, { family: 6, source: 8, destination: 24 }, 103, 8);
  const right = join(emitPim(viewPim(head, 0, 8)!, { pseudoSum }), fromHex('6000'));
  expect(layerOf(ipv6(103, right), IPV6, 'pim').summary).toBe('Register  checksum ok');
});

test.each([
  [`2200 0000 ${GROUP} ${UNICAST}`, 'Register-Stop  group 239.1.2.3, source 10.0.0.1', 'Source Address: 10.0.0.1'],
  [
    `2400 0000 04b0 00 07 ${UNICAST} 0100 0004 e0000000 01 01 0000 0100 02020202 0096 05 00`,
    'Bootstrap  BSR 10.0.0.1',
    'Group Range: 224.0.0.0/4',
  ],
  [`2500 0000 ${GROUP} ${UNICAST} 80000064 0000000a`, 'Assert  group 239.1.2.3, source 10.0.0.1', 'Metric: 10'],
  [`2600 0000 ${UNICAST} 00 00 0000`, 'Graft  to 10.0.0.1', 'Holdtime: 0 s'],
  [
    `2800 0000 01 00 0096 ${UNICAST} ${GROUP}`,
    'Candidate-RP-Advertisement  rendezvous point 10.0.0.1',
    'Group Address: 239.1.2.3',
  ],
  [
    `2900 0000 ${GROUP} ${UNICAST} ${UNICAST} 00000064 0000000a 20 10 80 3c`,
    'State Refresh  group 239.1.2.3, source 10.0.0.1',
    'Interval: 60 s',
  ],
  [`2a10 0000 ${UNICAST} 00000064 0000000a`, 'DF Election  rendezvous point 10.0.0.1', 'Sender Metric: 10'],
  ['2f00 0000 0102', 'type 15', 'Additional Data: 0102'],
  ['1000 0000 0001', 'Hello', 'Additional Data: 0001'],
])('%s', (hex, summary, last) => {
  const layer = pim(hex);
  expect(layer.problem).toBeNull();
  expect(layer.summary).toMatch(new RegExp(`^${summary.replace(/[/+.()]/g, '.')}.* {2}checksum ok$`));
  expect(topLines(layer).at(-1)).toBe(last);
  expect(strayFields(packet(hex), IPV4)).toEqual([]);
});

test('addresses that cannot be read', () => {
  expect(pim('2200 0000 0300 0020 ef010203').problem).toBe('PIM address family: 3, 1 or 2 required, at byte 24');
  expect(pim('2200 0000 0100 0020 ef01').problem).toMatch(/^PIM Group Address: 8 bytes required, 6 available/);
  expect(pim(`2300 0000 ${UNICAST} 00 01 00d2 ${GROUP} ffff ffff`).problem).toMatch(
    /required, 0 available, at byte 46$/,
  );
});

test('emit of view', () => {
  const bytes = fromHex(`2500 1234 ${GROUP} ${UNICAST} 80000064 0000000a`);
  expect(emitPim(viewPim(bytes, 0, bytes.length)!)).toEqual(bytes);
  expect(viewPim(bytes, 0, 3)).toBeNull();
});

test('of thousands of sources the first are shown, and how many more there are', () => {
  const source = '0100 0720 0a000001';
  const layer = pim(`2300 0000 ${UNICAST} 00 01 00d2 ${GROUP} 0fa0 0000 ${source.repeat(4000)}`);
  expect(layer.problem).toBeNull();
  const all = lines(layer.fields);
  expect(all.length).toBeGreaterThan(5000);
  expect(all.length).toBeLessThan(5010);
  const group = layer.fields.find(({ name }) => name === 'Group')!;
  const last = group.fields!.at(-1)!;
  expect(last.name).toBe('Further Fields');
  expect(last.end).toBe(layer.end);
  expect(last.text).toMatch(/^\d+, which are not shown$/);
  expect(layer.end).toBe(group.end);
});
