import { judgeChecksum, pseudoHeaderSum, unverified, type Verdict } from '../checksum.js';
import type { Input } from '../dissector.js';

/** Checksums of the messages that routers send in IP packets of their own protocol. */

/**
 * Judges the checksum at `place` of the message that begins at `input.at` and ends at `end` on the wire; with `pseudo` (an IP protocol number) the
 * pseudo-header is in it, as `length` bytes long.
 */
export function judgeMessage(
  input: Input,
  end: number,
  place: number,
  pseudo?: { protocol: number; length: number },
): Verdict {
  const { bytes, at, scope } = input;
  if (input.cut || end > input.end) return unverified(bytes, place, 'packet cut');
  if (scope.fragment) return unverified(bytes, place, 'fragment');
  if (pseudo === undefined) return judgeChecksum(bytes, at, end, place);
  if (scope.network === null) return unverified(bytes, place, 'no IP header');
  return judgeChecksum(bytes, at, end, place, pseudoHeaderSum(bytes, scope.network, pseudo.protocol, pseudo.length));
}
