/**
 * What a rule says of a packet. Bit 0: it may hold, bit 1: it may fail. `ignored`: the rule asks for what packets of this kind do not have (the port of an
 * ICMP message), so it has no say, negated or not. `unknown`: the header that would tell is cut off or cannot be read; such a packet is kept neither by a
 * rule nor by its negation, as with expressions.
 */
export const Code = { ignored: 0, yes: 1, no: 2, unknown: 3 } as const;

/** A filter keeps what holds, and what no rule has a say on. */
export function isKept(code: number): boolean {
  return (code & 2) === 0;
}

/** Tables by 4 * left + right. */
export const AND_CODES = tableOf(andCodes);
export const OR_CODES = tableOf((a, b) => notCode(andCodes(notCode(a), notCode(b))));
export const NOT_CODES = Uint8Array.from([0, 1, 2, 3], notCode);

function notCode(code: number): number {
  return ((code & 1) << 1) | (code >>> 1);
}

/** What fails decides, then what is unknown, then what holds. */
function andCodes(a: number, b: number): number {
  return a === Code.no || b === Code.no ? Code.no : a | b;
}

function tableOf(join: (a: number, b: number) => number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => join(i >>> 2, i & 3));
}
