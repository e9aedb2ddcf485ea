import { didYouMean } from '../../commands/suggest.js';
import { languageError } from './lexer.js';
import type { Span, Token } from './tokens.js';

/** Parameters of a session or script by name, without the `$`. */
export type Variables = ReadonlyMap<string, string>;

const VARIABLE = /^\$([A-Za-z_][A-Za-z0-9_]*)$/;

function parameterValue(name: string, variables: Variables, span: Span): string {
  const value = variables.get(name);
  if (value !== undefined) return value;
  const meant = didYouMean(name, variables.keys());
  const hint = meant?.replace(/mean /, 'mean $') ?? `set $${name} VALUE gives it one, and so does --set ${name}=VALUE`;
  throw languageError('unset-parameter', `the parameter $${name} is not set`, span, hint);
}

/** A word that is `$name` becomes its value, as quoted text: it is never read as a flag. Any other word stays. */
export function substituteWord(token: Token, variables: Variables): Token {
  const name = token.quoted ? null : (VARIABLE.exec(token.text)?.[1] ?? null);
  if (name !== null) {
    const at = token.span[0];
    return { text: parameterValue(name, variables, token.span), span: token.span, quoted: true, place: () => at };
  }
  const flag = token.quoted ? null : /^(--[A-Za-z][A-Za-z0-9-]*=)(\$[A-Za-z_][A-Za-z0-9_]*)$/.exec(token.text);
  if (flag === null) return token;
  return {
    ...token,
    text: flag[1] + parameterValue(flag[2].slice(1), variables, [token.span[0] + flag[1].length, token.span[1]]),
  };
}

/**
 * Operands of an expression that are `$name` become their values. A value must be one operand itself, so that a parameter can never bring operators into
 * an expression that was reviewed without them.
 */
export function substituteExpression(token: Token, variables: Variables): Token {
  if (token.quoted || !token.text.includes('$')) return token;
  const places: number[] = [];
  let text = '';
  for (const part of token.text.matchAll(/(?<=^|[\s(])\$([A-Za-z_][A-Za-z0-9_]*)(?=$|[\s)])|[^$]+|\$/g)) {
    const at = part.index;
    const value =
      part[1] === undefined
        ? part[0]
        : parameterValue(part[1], variables, [token.place(at), token.place(at + part[0].length)]);
    if (part[1] !== undefined && !/^[^\s()[\]|&!<>='"]+$/.test(value)) {
      throw languageError(
        'parameter-operand',
        `the value of $${part[1]}, "${value}", is not one operand of an expression`,
        [token.place(at), token.place(at + part[0].length)],
        'a parameter replaces one whole operand: an address, a port, a name',
      );
    }
    // Of a parameter what is marked is its name, from the first letter to the last.
    const nameAt = (i: number): number => (i > 0 && i === value.length - 1 ? at + part[0].length - 1 : at);
    for (let i = 0; i < value.length; i++) places.push(token.place(part[1] === undefined ? at + i : nameAt(i)));
    text += value;
  }
  const end = token.place(token.text.length);
  return { text, span: token.span, quoted: false, place: (offset) => places[offset] ?? end };
}
