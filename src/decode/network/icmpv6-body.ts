import type { Field } from '../layer.js';
import type { Part } from '../layout.js';

/** What reads all of a message behind its fixed parts. */
export type Rest = (
  bytes: Uint8Array,
  at: number,
  end: number,
) => {
  fields: Field[];
  problem: string | null;
  /** What it adds to the line. */
  words?: string;
};

/** How the body of one ICMPv6 message is laid out. */
export interface Message {
  parts: readonly Part[];
  /** Without it what follows the parts is data. */
  rest?: Rest;
  /** What it adds to the line, from the values of its fields by name. */
  words?: (value: (name: string) => string) => string;
}
