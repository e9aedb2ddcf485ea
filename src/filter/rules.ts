import { PcapshError } from '../errors.js';
import { parseTimePoint, resolveTimeWindow, type TimeWindow } from '../time.js';
import { nearestWord } from './bpf/suggest.js';
import { type RuleKind, ruleFlag, ruleKinds, splitValues } from './rule-kinds.js';
import { readRuleValues, type ValueTest } from './rule-values.js';

/** What a rule takes: one value, or several of which one must fit. Lists with commas may stand in a text. */
export type RuleValues = string | number | readonly (string | number)[];

type Negated = `not${Capitalize<RuleKind>}`;

/**
 * Rules that all must hold. Values of one rule are alternatives; a negated rule holds when none of its values fits. Keys are the flags in camelCase:
 * `{ proto: ['tcp'], srcIp: ['10.0.0.0/8'], notPort: [22] }`. `unidirectional`: flow IDs of this leaf are those of one direction.
 */
export type RuleLeaf = { readonly [K in RuleKind | Negated]?: RuleValues } & { readonly unidirectional?: boolean };

/** `and`: all of the rules hold; `or`: one of them; `not`: none of them. */
export interface RuleNode {
  readonly op: 'and' | 'or' | 'not';
  readonly rules: readonly Rules[];
}

export type Rules = RuleLeaf | RuleNode;

/** A test of a packet, or of its flow, that a rule makes. */
export type RuleTest = ValueTest | { readonly kind: 'time'; readonly window: TimeWindow };

/** What rules mean: plain AND, OR and NOT over tests. */
export type RuleTree =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly RuleTree[] }
  | { readonly kind: 'not'; readonly operand: RuleTree }
  | { readonly kind: 'test'; readonly test: RuleTest; readonly label: string };

/** Rules that have been read: `rules` is their plain JSON with every list spelt out, `tree` what they mean. */
export interface CheckedRules {
  readonly rules: Rules;
  readonly tree: RuleTree;
}

const DEEPEST = 200;

/** Reads rules. Throws PcapshError (kind `input`) for whatever cannot be meant, its span within the value's text. */
export function checkRules(rules: unknown): CheckedRules {
  return checkNode(rules, 0);
}

function checkNode(rules: unknown, depth: number): CheckedRules {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
    throw wrong('shape', `rules are an object such as { port: [443] }, not ${shapeOf(rules)}`);
  }
  if (depth > DEEPEST) throw wrong('too-deep', `rules are nested more than ${DEEPEST} deep`);
  return 'op' in rules || 'rules' in rules ? checkOperation(rules, depth) : checkLeaf(rules as Record<string, unknown>);
}

function shapeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}

function checkOperation(node: object, depth: number): CheckedRules {
  const { op, rules, ...more } = node as { op?: unknown; rules?: unknown };
  if (op !== 'and' && op !== 'or' && op !== 'not') {
    throw wrong('op', `op of a node of rules is and, or or not, not ${JSON.stringify(op)}`);
  }
  if (!Array.isArray(rules) || rules.length === 0) throw wrong('shape', `the node "${op}" needs rules: a list of some`);
  const [surplus] = Object.keys(more);
  if (surplus !== undefined) {
    throw wrong('unknown', `a node of rules has op and rules, not "${surplus}"`, 'put it in a leaf among its rules');
  }
  const checked = rules.map((each) => checkNode(each, depth + 1));
  const operands = checked.map(({ tree }) => tree);
  const tree: RuleTree = op === 'not' ? { kind: 'not', operand: { kind: 'or', operands } } : { kind: op, operands };
  return { rules: { op, rules: checked.map((each) => each.rules) }, tree };
}

function checkLeaf(leaf: Record<string, unknown>): CheckedRules {
  const directed = leaf.unidirectional ?? false;
  if (typeof directed !== 'boolean') throw wrong('shape', 'unidirectional is true or false');
  const written: Record<string, string[] | true> = {};
  const operands: RuleTree[] = [];
  for (const [key, value] of Object.entries(leaf)) {
    if (key === 'unidirectional' || value === undefined) continue;
    const rule = ruleOf(key);
    const texts = textsOf(key, value);
    if (texts.length === 0) continue;
    written[key] = texts;
    if (rule.kind === 'from' || rule.kind === 'to') continue;
    const label = `${ruleFlag(key)} ${texts.join(',')}`;
    const test = placed(key, () => readRuleValues(rule.kind as ValueTest['kind'], texts, directed));
    const tree: RuleTree = { kind: 'test', test, label };
    operands.push(rule.negated ? { kind: 'not', operand: tree } : tree);
  }
  if (directed) written.unidirectional = true;
  operands.push(...timeTests(written));
  requirePossible(written);
  return { rules: written as RuleLeaf, tree: { kind: 'and', operands } };
}

function ruleOf(key: string): { kind: RuleKind; negated: boolean } {
  const negated = /^not[A-Z]/.test(key);
  const kind = negated ? key[3].toLowerCase() + key.slice(4) : key;
  if (ruleKinds.includes(kind as RuleKind)) return { kind: kind as RuleKind, negated };
  const names = [...ruleKinds, 'unidirectional', ...ruleKinds.map(negatedKey)];
  const near = nearestWord(key, names);
  throw wrong(
    'unknown',
    `there is no rule "${key}"`,
    near === null ? `there are ${ruleKinds.join(', ')}` : `did you mean ${near}?`,
  );
}

/** `notSrcIp` of `srcIp`. */
export function negatedKey(kind: RuleKind): Negated {
  return `not${kind[0].toUpperCase()}${kind.slice(1)}` as Negated;
}

function textsOf(key: string, value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  const texts: string[] = [];
  for (const one of values) {
    if (typeof one === 'number' ? !Number.isFinite(one) : typeof one !== 'string') {
      throw wrong('shape', `${key} takes texts and numbers, not ${shapeOf(one)}`);
    }
    for (const { text } of splitValues(String(one))) texts.push(text);
  }
  return texts;
}

/** `from` and `to` belong together, for a clock time in one of them is understood by the other; negated they stand alone. */
function timeTests(written: Readonly<Record<string, string[] | true>>): RuleTree[] {
  const point = (key: string): ReturnType<typeof parseTimePoint> | null => {
    const texts = written[key];
    if (!Array.isArray(texts)) return null;
    if (texts.length > 1) throw wrong('one-value', `${key} takes one time, not ${texts.length}`);
    return placed(key, () => parseTimePoint(texts[0]));
  };
  const found: RuleTree[] = [];
  const add = (window: TimeWindow, negated: boolean): void => {
    if (window.start === null && window.end === null) return;
    requireOrder(window);
    const start = window.start === null ? [] : [`--${negated ? 'not-' : ''}from ${window.start.text}`];
    const end = window.end === null ? [] : [`--${negated ? 'not-' : ''}to ${window.end.text}`];
    const test: RuleTree = { kind: 'test', test: { kind: 'time', window }, label: [...start, ...end].join(' ') };
    found.push(negated ? { kind: 'not', operand: test } : test);
  };
  add({ start: point('from'), end: point('to') }, false);
  add({ start: point('notFrom'), end: null }, true);
  add({ start: null, end: point('notTo') }, true);
  return found;
}

/** Two ends that hang on no packet and no setting are put in order now; others when they are known. */
function requireOrder(window: TimeWindow): void {
  const fixed = (point: TimeWindow['start']): boolean =>
    point !== null && (point.kind === 'absolute' || (point.kind === 'civil' && point.zone !== null));
  if (!fixed(window.start) || !fixed(window.end)) return;
  try {
    resolveTimeWindow(window, { first: null, last: null });
  } catch (error) {
    throw error instanceof PcapshError && error.code === 'time.order'
      ? wrong('order', error.message, error.hint ?? undefined)
      : error;
  }
}

function requirePossible({ minLen, maxLen }: Readonly<Record<string, string[] | true>>): void {
  if (!Array.isArray(minLen) || !Array.isArray(maxLen) || Number(minLen[0]) <= Number(maxLen[0])) return;
  throw wrong(
    'order',
    `no packet has ${minLen[0]} bytes or more and ${maxLen[0]} bytes or less`,
    'put the smaller length into minLen',
  );
}

/** An error about a value of `key` names the rule, since a library user sees no caret. */
function placed<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PcapshError)) throw error;
    const { code, message, kind, hint, span } = error;
    throw new PcapshError(code, `${key}: ${message}`, { kind, hint: hint ?? undefined, span: span ?? undefined });
  }
}

function wrong(code: string, message: string, hint?: string): PcapshError {
  return new PcapshError(`rule.${code}`, message, { kind: 'input', hint });
}
