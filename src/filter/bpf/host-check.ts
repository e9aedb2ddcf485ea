import type { Operand, Qualifier, Span } from './ast.js';
import { anyOf, type Condition } from './condition.js';
import { shown, syntaxError } from './filter-errors.js';
import { nearestWord } from './suggest.js';
import { APPLICATIONS } from './token-reader.js';
import { LINK_WORDS, TERM_WORDS } from './vocabulary.js';

/** The addresses of a host by its name, as text; none if it is not known. */
export type HostResolver = (name: string) => readonly string[];

export const NO_HOSTS: HostResolver = () => [];

type NameOperand = Extract<Operand, { form: 'name' }>;

interface NamedHost {
  readonly qualifier: Qualifier;
  readonly operand: NameOperand;
  readonly span: Span;
  readonly hosts: HostResolver;
}

function unknown(operand: NameOperand, message: string, hint: string): Error {
  return syntaxError(message, operand.span, hint, 'filter.unknown-host');
}

/** A name that was left to stand for a host, but is none: most likely a mistyped word. */
function unknownWord({ text, span }: NameOperand): Error {
  const near = APPLICATIONS.get(text.toLowerCase()) ?? nearestWord(text, TERM_WORDS);
  const hint = near === null ? 'an address or a word of the language is expected here' : `did you mean ${near}?`;
  return syntaxError(`unknown word "${shown(text)}"`, span, hint, 'filter.unknown-word');
}

/** All addresses of a named host; `addressCondition` gives null for those that the qualifier leaves out. */
export function hostCondition(
  { qualifier, operand, span, hosts }: NamedHost,
  addressCondition: (address: string) => Condition | null,
): Condition {
  const { protocol, kind } = qualifier;
  const name = shown(operand.text);
  if (kind === 'net') {
    throw unknown(operand, `nothing here knows the network "${name}" by its name`, 'write a network like 10.0.0.0/8');
  }
  if (protocol !== null && LINK_WORDS.has(protocol)) {
    const hint = 'write the address itself, like 00:00:5e:00:53:01';
    throw unknown(operand, `nothing here knows the link-layer address of "${name}"`, hint);
  }
  const addresses = hosts(operand.text);
  if (addresses.length === 0) {
    const elided = span[0] === operand.span[0];
    if (elided && !operand.text.includes('.')) throw unknownWord(operand);
    throw unknown(
      operand,
      `name "${name}" cannot be resolved to an address`,
      'write the address itself, or name its host in a file: set hosts FILE',
    );
  }
  const conditions = addresses.flatMap((address) => addressCondition(address) ?? []);
  if (conditions.length > 0) return anyOf(...conditions);
  throw unknown(
    operand,
    `"${name}" has no address that "${protocol}" could have: ${addresses.join(', ')}`,
    `leave "${protocol}" out`,
  );
}
