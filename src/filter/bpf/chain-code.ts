import type { LoweredTest } from './lowered.js';

const AUTHENTICATION = 51;
const NO_NEXT_HEADER = 59;
/** Hop-by-hop options, routing, fragment, destination options: next header and length in 8 bytes stand first. */
const EXTENSIONS = [0, 60, 43, 44];

/**
 * Statements that follow a chain of protocols as libpcap 1.10.3 does: through authentication headers, and behind IPv6 through extension headers, until the
 * protocol is found or the chain ends. Behind an authentication header libpcap counts from the network layer anew; a chain that comes back to where it was
 * would turn for ever, and matches nothing here. Returns the test.
 */
export function chainCode(
  leaf: Extract<LoweredTest, { kind: 'chain' }>,
  temporary: (code: string) => string,
  lines: string[],
): string {
  const { network, base, protocol } = leaf;
  const at = network >>> 0;
  const next = temporary('0');
  const x = temporary('0');
  const steps = temporary('0');
  const field = (network + (base === 'ip' ? 9 : 6)) >>> 0;
  lines.push(`if (n <= ${field}) return false;`, `${next} = b[s + ${field}];`);
  if (base === 'ip') lines.push(`if (n <= ${at}) return false;`, `${x} = (b[s + ${at}] & 15) << 2;`);
  else lines.push(`${x} = 40;`);
  const isExtension = EXTENSIONS.map((each) => `${next} === ${each}`).join(' || ');
  const extension = `if (${isExtension}) {
if (n <= ${x} + ${at + 1}) return false;
${next} = b[s + ${x} + ${at}];
${x} += (b[s + ${x} + ${at + 1}] + 1) << 3;
} else `;
  // A chain without a turn visits each byte at most once for each protocol number that can lead to it.
  lines.push(`while (${next} !== ${protocol} && ${next} !== ${NO_NEXT_HEADER}) {
if (++${steps} > 8 * n) return false;
${base === 'ip6' ? extension : ''}if (${next} === ${AUTHENTICATION}) {
if (n <= ${x} + ${at + 1}) return false;
${next} = b[s + ${x} + ${at}];
${x} = (b[s + ${x} + ${at + 1}] + 2) << 2;
} else break;
}`);
  return `${next} === ${protocol}`;
}
