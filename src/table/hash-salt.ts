import { randomFillSync } from 'node:crypto';

/**
 * Odd multipliers for hashes of what captures hold, other ones in each thread of each process: whoever writes a capture cannot choose flows or addresses
 * that collide, and so make a table slow. Odd ones lose no bit of what they multiply.
 */
export function randomMultipliers(count: number): Int32Array {
  return randomFillSync(new Int32Array(count)).map((word) => word | 1);
}
