import type { Arithmetic, FilterNode, Qualifier, Span } from './bpf/ast.js';
import { compileFilter, type Filter } from './filter.js';

/** What decides a clause: columns of the flow table, columns of the packet, or the packet's bytes. */
export type DecidedBy = 'flow' | 'column' | 'bytes';

/** A part of an expression that can be judged by itself. */
export interface Clause {
  /** As it was written; a qualifier that was left out is written out. */
  readonly text: string;
  /** Where in the expression it stands. */
  readonly span: Span;
  readonly op: 'and' | 'or' | 'not' | null;
  readonly operands: readonly Clause[];
  readonly node: FilterNode;
  /** By what it is decided, as far as its words tell. */
  readonly decidedBy: DecidedBy;
  /** The clause as an expression of its own, with the meaning that it has at its place. Compiled when first asked for. */
  readonly filter: Filter;
}

/** Takes an expression apart. Throws what `compileFilter` throws. */
export function clausesOf(expression: string): Clause {
  const { tree } = compileFilter(expression);
  return clauseOf(tree, expression, []);
}

/** The operands of an `and` at the top, one by one. */
export function conjuncts(clause: Clause): readonly Clause[] {
  return clause.op === 'and' ? clause.operands.flatMap(conjuncts) : [clause];
}

/** `passed`: words such as vlan that stand before it and move all headers on for what is behind them. Grows in the order of the text. */
function clauseOf(node: FilterNode, expression: string, passed: string[]): Clause {
  const before = [...passed];
  const operands =
    node.type === 'and' || node.type === 'or'
      ? node.operands.map((each) => clauseOf(each, expression, passed))
      : node.type === 'not'
        ? [clauseOf(node.operand, expression, passed)]
        : [];
  const op = node.type === 'and' || node.type === 'or' || node.type === 'not' ? node.type : null;
  const text = textOf(node, operands, expression);
  if (isTag(node)) passed.push(text);
  let filter: Filter | null = null;
  return {
    text,
    span: node.span,
    op,
    operands,
    node,
    decidedBy: op === null ? decidedBy(node) : latest(operands.map((each) => each.decidedBy)),
    get filter() {
      return (filter ??= compileFilter(inContext(text, before)));
    },
  };
}

function isTag(node: FilterNode): boolean {
  return (node.type as string) === 'tag';
}

/** A tag that was passed moves headers on whether it was there or not, so it is asked for in a way that always holds. */
function inContext(text: string, passed: readonly string[]): string {
  if (passed.length === 0) return text;
  return `${passed.map((tag) => `(${tag} or len >= 0)`).join(' and ')} and (${text})`;
}

function textOf(node: FilterNode, operands: readonly Clause[], expression: string): string {
  if (node.type === 'not') return `not ${inBrackets(operands[0])}`;
  if (operands.length > 0) return operands.map(inBrackets).join(` ${node.type} `);
  const written = expression.slice(...node.span);
  return node.type === 'primitive' && node.elided ? `${qualifierText(node.qualifier)} ${written}` : written;
}

function inBrackets(clause: Clause): string {
  return clause.operands.length > 0 ? `(${clause.text})` : clause.text;
}

function qualifierText({ protocol, direction, kind }: Qualifier): string {
  return [protocol, direction, kind].filter((word) => word !== null).join(' ');
}

const BY_WRAPPING: ReadonlySet<string> = new Set(['ip', 'ip6', 'arp', 'rarp']);

function decidedBy(node: FilterNode): DecidedBy {
  switch (node.type) {
    case 'everything':
    case 'less':
    case 'greater':
      return 'column';
    case 'protocol':
      return BY_WRAPPING.has(node.name) ? 'column' : 'flow';
    case 'primitive': {
      const { protocol, kind } = node.qualifier;
      if (protocol === 'ether' || protocol === 'link' || node.operand.form === 'mac') {
        return kind === 'proto' ? 'column' : 'bytes';
      }
      return 'flow';
    }
    case 'comparison':
      return hasAccess(node.left) || hasAccess(node.right) ? 'bytes' : 'column';
    default:
      return 'bytes';
  }
}

function hasAccess(value: Arithmetic): boolean {
  if (value.type === 'access') return true;
  if (value.type === 'negation') return hasAccess(value.operand);
  return value.type === 'operation' && (hasAccess(value.left) || hasAccess(value.right));
}

const ORDER: readonly DecidedBy[] = ['flow', 'column', 'bytes'];

/** The furthest that any of them must go. */
function latest(places: readonly DecidedBy[]): DecidedBy {
  return ORDER[Math.max(0, ...places.map((place) => ORDER.indexOf(place)))];
}
