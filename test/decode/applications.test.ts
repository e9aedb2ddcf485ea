import { MESSAGES } from '../../src/decode/application/dhcpv6.js';
import { DHCPV6_MESSAGES } from '../../src/decode/application/dhcpv6-options.js';
import { DNS_CLASSES, DNS_OPCODES, DNS_TYPES } from '../../src/decode/application/dns-numbers.js';
import { isDnsClass, isDnsOpcode, isDnsType } from '../../src/decode/application/dns-recognize.js';
import { isClearPacket } from '../../src/decode/application/ssh.js';
import { SSH_MESSAGES } from '../../src/decode/application/ssh-names.js';
import { applications } from '../../src/decode/applications.js';
import { knownProtocols } from '../../src/decode/known-protocols.js';
import { layerOf } from '../../src/decode/registry.js';

/** Recognizers do without the tables of names: what they take for a number of their protocol must be what has a name. */

/** Numbers below `limit` of which `isOne` holds. */
function numbers(limit: number, isOne: (value: number) => boolean): number[] {
  return Array.from({ length: limit }, (_, value) => value).filter(isOne);
}

function named(names: Readonly<Record<number, string>>): number[] {
  return Object.keys(names).map(Number);
}

test('types, classes and opcodes of DNS', () => {
  expect(numbers(65_536, isDnsType)).toEqual(named(DNS_TYPES));
  expect(numbers(65_536, isDnsClass)).toEqual(named(DNS_CLASSES));
  expect(numbers(16, isDnsOpcode)).toEqual(named(DNS_OPCODES));
});

test('messages of DHCPv6', () => {
  expect(MESSAGES).toEqual(named(DHCPV6_MESSAGES));
});

test('messages of SSH in the clear', () => {
  const isMessage = (number: number): boolean => isClearPacket(Uint8Array.of(0, 0, 0, 12, 6, number), 0, 6);
  expect(numbers(256, isMessage)).toEqual(named(SSH_MESSAGES));
});

test('what has a layer is told as decoded, the rest as recognized', () => {
  const decoded = new Map(knownProtocols().map((protocol) => [protocol.name, protocol.decoded]));
  for (const [, application] of applications) expect(decoded.get(application.name)).toBe(layerOf(application) !== null);
  expect(applications.filter(([, one]) => layerOf(one) !== null)).toHaveLength(26);
});
