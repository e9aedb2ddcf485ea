import { hash } from 'node:crypto';
import type { HashType } from './indicator.js';

/** Digests of payloads that are looked for. */
export interface HashIndex {
  find(payload: Uint8Array, found: (indicator: number) => void): void;
}

/** Only the kinds that occur are computed: each costs about a microsecond a packet. As text of a character a byte digests are found soonest. */
export function createHashIndex(digests: readonly { type: HashType; digest: string; indicator: number }[]): HashIndex {
  const kinds = new Map<HashType, Map<string, number>>();
  for (const { type, digest, indicator } of digests) {
    let known = kinds.get(type);
    if (known === undefined) {
      known = new Map();
      kinds.set(type, known);
    }
    known.set(Buffer.from(digest, 'hex').toString('latin1'), indicator);
  }
  const all = [...kinds];
  return {
    find(payload, found) {
      for (const [type, known] of all) {
        const indicator = known.get(hash(type, payload, 'binary'));
        if (indicator !== undefined) found(indicator);
      }
    },
  };
}
