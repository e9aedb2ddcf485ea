import { writeFileSync } from 'node:fs';
import { PcapshError } from '../../src/errors.js';
import { resolverOf } from '../../src/filter/host-names.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import {
  concatBytes,
  enhancedPacket,
  interfaceBlock,
  obsoletePacket,
  sectionHeader,
} from '../support/build-capture.js';
import { ethernet, ipv4, udp } from '../support/frames.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

useTemporaryFolder();

const IF_NAME = 2;
const FLAGS = 2;
const ip = ipv4({ protocol: 17, payload: udp(new Uint8Array(4)) });
const onEthernet = ethernet(0x0800, ip);
const tagged = ethernet(0x8100, concatBytes([Uint8Array.of(0, 5, 8, 0), ip]));
/** BSD loopback in the byte order of the file. */
const onLoopback = concatBytes([Uint8Array.of(2, 0, 0, 0), ip]);

const text = (value: string): Uint8Array => Buffer.from(value);
const flags = (way: number): [number, Uint8Array][] => [[FLAGS, Uint8Array.of(way, 0, 0, 0)]];

/** Ethernet "en0", raw IP "tun0", BSD loopback without a name; packets with and without directions. */
function mixedCapture(): Uint8Array {
  const packet = (data: Uint8Array, i: number, interfaceId: number, way?: number): Uint8Array =>
    enhancedPacket(data, BigInt(i) * 1_000_000n, { interfaceId, opts: way === undefined ? [] : flags(way) });
  return concatBytes([
    sectionHeader(),
    interfaceBlock(1, 0, [[IF_NAME, text('en0')]]),
    interfaceBlock(101, 0, [[IF_NAME, text('tun0')]]),
    interfaceBlock(0, 0),
    packet(onEthernet, 1, 0, 1),
    packet(ip, 2, 1, 2),
    packet(onLoopback, 3, 2),
    packet(tagged, 4, 0, 2),
    packet(onEthernet, 5, 0, 0),
    obsoletePacket(ip, 6_000_000n, 1),
  ]);
}

async function kept(expression: string, interactive: boolean): Promise<number[]> {
  const workspace = openWorkspace({ interactive });
  try {
    const capture = await workspace.load(['mixed.pcapng']);
    if (interactive) await capture.summary();
    const numbers: number[] = [];
    for await (const { number } of capture.filter(expression).packets()) numbers.push(number);
    return numbers;
  } finally {
    await workspace.close();
  }
}

beforeEach(() => writeFileSync('mixed.pcapng', mixedCapture()));

test.each<[string, number[]]>([
  ['udp', [1, 2, 3, 5, 6]],
  ['inbound', [1]],
  ['outbound', [2, 4]],
  ['not inbound and not outbound', [3, 5, 6]],
  ['outbound and udp', [2]],
  ['ifindex 1', [2, 6]],
  ['ifindex 0 and not inbound', [4, 5]],
  ['ip', [1, 2, 3, 5, 6]],
  ['len >= 0 and inbound', [1]],
])('%s on a stream and on a table', async (expression, wanted) => {
  expect(await kept(expression, false)).toEqual(wanted);
  expect(await kept(expression, true)).toEqual(wanted);
});

test('names of interfaces, where all that have packets have one; link types that refuse are told', async () => {
  const named = concatBytes([
    sectionHeader(),
    interfaceBlock(1, 0, [[IF_NAME, text('en0')]]),
    interfaceBlock(1, 0, [[IF_NAME, text('en1')]]),
    enhancedPacket(onEthernet, 1n, { interfaceId: 1 }),
    enhancedPacket(tagged, 2n, { interfaceId: 0 }),
  ]);
  for (const interactive of [false, true]) {
    await expect(kept('ifname en0', interactive)).rejects.toThrow('this capture has no interface names');
    await expect(kept('vlan', interactive)).rejects.toThrow('link type RAW has no VLAN tags');
  }
  writeFileSync('mixed.pcapng', named);
  for (const interactive of [false, true]) {
    expect(await kept('ifname en0', interactive)).toEqual([2]);
    expect(await kept('on en1 and udp', interactive)).toEqual([1]);
    expect(await kept('ifname en', interactive)).toEqual([]);
    expect(await kept('vlan 5 and udp', interactive)).toEqual([2]);
  }
});

test('names of hosts become addresses in the plan', async () => {
  const workspace = openWorkspace({ interactive: false });
  try {
    const capture = await workspace.load(['mixed.pcapng']);
    const hosts = resolverOf([['10.0.0.1', 'web']]);
    expect(capture.filter('src web', { hosts }).plan).toMatchObject({ step: 'filter', expression: 'src 10.0.0.1' });
    expect(() => capture.filter('src db', { hosts })).toThrow(PcapshError);
    expect(() => capture.filter('src web')).toThrow('cannot be resolved');
  } finally {
    await workspace.close();
  }
});
