import { parseAddress } from '../../src/bytes/address.js';
import { communityId } from '../../src/table/community-id.js';

function idOf(
  protocol: number,
  source: string,
  destination: string,
  sourcePort: number,
  destinationPort: number,
): string {
  const words = Uint32Array.of(...parseAddress(source).words, ...parseAddress(destination).words);
  const isIcmp = protocol === 1 || protocol === 58;
  const icmp = isIcmp ? sourcePort * 256 + destinationPort : 0;
  return communityId(words, 0, isIcmp ? 0 : sourcePort, 1, isIcmp ? 0 : destinationPort, protocol, icmp);
}

/** Published vectors of the specification (corelight/community-id-spec, baseline); for ICMP the ports are type and code. */
const VECTORS: [string, number, string, string, number, number, string][] = [
  ['tcp', 6, '128.232.110.120', '66.35.250.204', 34855, 80, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['tcp back', 6, '66.35.250.204', '128.232.110.120', 80, 34855, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['udp', 17, '192.168.1.52', '8.8.8.8', 54585, 53, '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  ['sctp', 132, '192.168.170.8', '192.168.170.56', 7, 7, '1:MP2EtRCAUIZvTw6MxJHLV7N7JDs='],
  [
    'tcp over IPv6',
    6,
    '2001:470:e5bf:dead:4957:2174:e82c:4887',
    '2607:f8b0:400c:c03::1a',
    63943,
    25,
    '1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
  ],
  ['rsvp, no ports', 46, '10.1.12.1', '10.1.12.2', 0, 0, '1:KHlLkgoJW7ifUTyTSgyVfkFHzKw='],
  ['rsvp back', 46, '10.1.12.2', '10.1.12.1', 0, 0, '1:KHlLkgoJW7ifUTyTSgyVfkFHzKw='],
  ['echo request', 1, '192.168.0.89', '192.168.0.1', 8, 0, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  ['echo reply', 1, '192.168.0.1', '192.168.0.89', 0, 0, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  ['time exceeded', 1, '10.0.0.1', '10.0.0.2', 11, 0, '1:YHxtAirCG//0OzkcVAukqKQN9xM='],
  ['one way, code 0', 1, '192.168.0.89', '192.168.0.1', 20, 0, '1:3o2RFccXzUgjl7zDpqmY7yJi8rI='],
  ['one way, code 1', 1, '192.168.0.89', '192.168.0.1', 20, 1, '1:tz/fHIDUHs19NkixVVoOZywde+I='],
  [
    'neighbour solicitation',
    58,
    'fe80::200:86ff:fe05:80da',
    'fe80::260:97ff:fe07:69ea',
    135,
    0,
    '1:dGHyGvjMfljg6Bppwm3bg0LO8TY=',
  ],
  [
    'neighbour advertisement',
    58,
    'fe80::260:97ff:fe07:69ea',
    'fe80::200:86ff:fe05:80da',
    136,
    0,
    '1:dGHyGvjMfljg6Bppwm3bg0LO8TY=',
  ],
  [
    'packet too big',
    58,
    '3ffe:501:1800:2345::2',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    3,
    0,
    '1:2ObVBgIn28oZvibYZhZMBgh7WdQ=',
  ],
  [
    'packet too big, another sender',
    58,
    '3ffe:501:0:1802:260:97ff:feb6:7ff0',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    3,
    0,
    '1:bnQKq8A2r//dWnkRW2EYcMhShjc=',
  ],
  [
    'port unreachable',
    58,
    '3ffe:501:410:0:2c0:dfff:fe47:33e',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    1,
    4,
    '1:hLZd0XGWojozrvxqE0dWB1iM6R0=',
  ],
  [
    'echo request 6',
    58,
    '3ffe:507:0:1:200:86ff:fe05:80da',
    '3ffe:501:0:1001::2',
    128,
    0,
    '1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=',
  ],
  ['router solicitation', 58, 'fe80::200:86ff:fe05:80da', 'ff02::2', 133, 0, '1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0='],
  ['router advertisement', 58, 'fe80::260:97ff:fe07:69ea', 'ff02::1', 134, 0, '1:pkvHqCL88/tg1k4cPigmZXUtL00='],
];

/** As tshark 4.0 computes them (its communityid postdissector): what the published vectors leave out. */
const RECORDED: typeof VECTORS = [
  ['one way, the larger sender stays first', 1, '10.0.0.2', '10.0.0.1', 3, 3, '1:LhjXG72oBqb/FpYqPl9LboG4/B4='],
  ['router advertisement', 1, '10.0.0.1', '10.0.0.2', 9, 0, '1:DYhYhWnv1hFRoB3VRnwSDthRB4g='],
  ['router solicitation back', 1, '10.0.0.2', '10.0.0.1', 10, 0, '1:DYhYhWnv1hFRoB3VRnwSDthRB4g='],
];

test.each([...VECTORS, ...RECORDED])('%s', (_name, protocol, source, destination, sourcePort, destinationPort, id) => {
  expect(idOf(protocol, source, destination, sourcePort, destinationPort)).toBe(id);
});
