/** Deterministic changes of packets, for fuzzing at a rate that a property library does not reach. */

/** Numbers below `limit`, the same for the same seed (mulberry32). */
export type Random = (limit: number) => number;

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
  };
}

/** Values at which lengths, signs and pointers turn. */
const TURNS = [
  0, 1, 2, 3, 4, 7, 8, 0x0a, 0x0d, 0x20, 0x30, 0x3a, 0x40, 0x45, 0x60, 0x7f, 0x80, 0x81, 0x82, 0xc0, 0xfe, 0xff,
];

function replaced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const made = new Uint8Array(bytes.length - removed + added.length);
  made.set(bytes.subarray(0, at));
  made.set(added, at);
  made.set(bytes.subarray(at + removed), at + added.length);
  return made;
}

/** A copy with up to four changes: bytes set, bits flipped, parts cut, doubled, zeroed or moved. */
export function mutated(original: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = original.slice();
  for (let changes = 1 + random(4); changes > 0 && bytes.length > 0; changes--) {
    // Most of what a decoder decides by stands in front.
    const at = random(random(3) > 0 ? Math.min(bytes.length, 64) : bytes.length);
    const part = 1 + random(Math.min(16, bytes.length - at));
    switch (random(9)) {
      case 0:
      case 1:
        bytes[at] = TURNS[random(TURNS.length)];
        break;
      case 2:
        bytes[at] ^= 1 << random(8);
        break;
      case 3:
        bytes[at] = random(256);
        break;
      case 4:
        bytes = bytes.slice(0, at);
        break;
      case 5:
        bytes = replaced(bytes, at, 0, bytes.slice(at, at + part));
        break;
      case 6:
        bytes = replaced(bytes, at, part, new Uint8Array(0));
        break;
      case 7:
        bytes.fill(random(2) * 255, at, at + part);
        break;
      default:
        bytes.copyWithin(at, random(bytes.length), random(bytes.length));
    }
  }
  return bytes;
}
