import { type LeafCode, writeBranches } from './branch-writer.js';
import { chainCode } from './chain-code.js';
import type { Condition } from './condition.js';
import { asksDirection } from './condition-uses.js';
import { createKnowledge, type Knowledge } from './knowledge.js';
import { type PacketSource, startState } from './link-state.js';
import { lower } from './lower.js';
import type { LoweredTest, LoweredValue } from './lowered.js';
import { prologueCode } from './prologue.js';

/**
 * Tests one packet: its captured bytes lie at `bytes[start]` and on. Loads beyond them reject the packet, as in libpcap's
 * interpreter: neither `port 80` nor `not port 80` holds for a packet that is cut before its ports. `direction`: 1 inbound, 2 outbound, 0 unknown; only
 * filters that say so ask for it.
 */
export type PacketTest = (
  bytes: Uint8Array,
  start: number,
  capturedLength: number,
  originalLength: number,
  direction?: number,
) => boolean;

type Load = Extract<LoweredValue, { kind: 'load' }>;
type Operation = Extract<LoweredValue, { kind: 'operation' }>;

/** Most variables that a test has for itself or that hold a value for later ones: each takes room on the stack whenever the function is called. */
const MOST_OWN = 4096;

/** What is used of the packet, found while lowering. */
interface Compilation {
  readonly knowledge: Knowledge;
  readonly uses: { radio: boolean; payload: boolean };
  /** Variables that hold where the payload of a Geneve header is: 0 until one was passed, as in the packet filter's memory. */
  readonly variables: Set<string>;
  own: number;
  /** Beyond those, tests share variables: those of the present one, and the most of any. */
  shared: number;
  mostShared: number;
}

/** A variable for the present test alone. */
function temporary(compilation: Compilation, lines: string[], code: string): string {
  const name = compilation.own < MOST_OWN ? `t${compilation.own++}` : `u${compilation.shared++}`;
  compilation.mostShared = Math.max(compilation.mostShared, compilation.shared);
  lines.push(`${name} = ${code};`);
  return name;
}

/** A variable that holds `code`, or the one that holds it already. */
function remembered(compilation: Compilation, lines: string[], code: string): string {
  const known = compilation.knowledge.holder(code);
  if (known !== undefined) return known;
  const lasts = compilation.own < MOST_OWN;
  const name = temporary(compilation, lines, code);
  if (lasts) compilation.knowledge.holds(code, name);
  return name;
}

/** Rejects packets with fewer than `count` captured bytes, unless that was done. */
function requireBytes(compilation: Compilation, lines: string[], count: number): void {
  const { knowledge } = compilation;
  if (knowledge.bytes() >= count) return;
  lines.push(`if (n < ${count}) return false;`);
  knowledge.sawBytes(count);
}

/** `size` bytes at `at`; four bytes come out signed. */
function bytesAt(at: string, size: number): string {
  const byte = (i: number): string => `b[s + ${at}${i === 0 ? '' : ` + ${i}`}]`;
  if (size === 1) return byte(0);
  if (size === 2) return `(${byte(0)} << 8 | ${byte(1)})`;
  return `(${byte(0)} << 24 | ${byte(1)} << 16 | ${byte(2)} << 8 | ${byte(3)})`;
}

function useVariable({ uses, variables }: Compilation, name: string): string {
  if (name === 'radio' || name === 'payload') uses[name] = true;
  else variables.add(name);
  return name;
}

/** Writes the check of bounds and returns the code of the load; four bytes come out signed. */
function loadCode(compilation: Compilation, load: Load, lines: string[]): string {
  const { constant, variable } = load.place;
  const parts: string[] = [];
  if (variable !== null) parts.push(useVariable(compilation, variable));
  if (load.behindIpHeader) {
    const header = variable === null ? `${constant}` : `${variable} + ${constant}`;
    if (variable === null) requireBytes(compilation, lines, (constant >>> 0) + 1);
    else lines.push(`if (n <= ${header}) return false;`);
    parts.push(remembered(compilation, lines, `(b[s + ${header}] & 15) << 2`));
  }
  if (load.index !== null) parts.push(temporary(compilation, lines, valueCode(compilation, load.index, lines)));
  // libpcap adds in 32 bits: an offset before the packet's first byte wraps and is far behind its end.
  const offset = (constant + load.offset) >>> 0;
  if (parts.length === 0) {
    requireBytes(compilation, lines, offset + load.size);
    return remembered(compilation, lines, bytesAt(String(offset), load.size));
  }
  const at = temporary(compilation, lines, [...parts, offset].join(' + '));
  lines.push(`if (n < ${at} + ${load.size}) return false;`);
  return bytesAt(at, load.size);
}

/** An operation on unsigned 32-bit numbers, as in the BSD packet filter. */
function operationCode(compilation: Compilation, { operator, left, right }: Operation, lines: string[]): string {
  const a = temporary(compilation, lines, valueCode(compilation, left, lines));
  const b =
    right.kind === 'constant'
      ? String(right.value)
      : temporary(compilation, lines, valueCode(compilation, right, lines));
  switch (operator) {
    case '/':
    case '%':
      if (right.kind !== 'constant') lines.push(`if (${b} === 0) return false;`);
      return operator === '/' ? `Math.floor(${a} / ${b})` : `${a} % ${b}`;
    case '*':
      return `Math.imul(${a}, ${b}) >>> 0`;
    case '<<':
    case '>>': {
      const shifted = operator === '<<' ? `${a} << ${b}` : `${a} >>> ${b}`;
      // JavaScript shifts by the low five bits alone; more than 31 leaves 0. A constant was checked before.
      return right.kind === 'constant' ? `(${shifted}) >>> 0` : `(${b} > 31 ? 0 : ${shifted}) >>> 0`;
    }
    default:
      return `(${a} ${operator} ${b}) >>> 0`;
  }
}

/** The code of an unsigned 32-bit number. */
function valueCode(compilation: Compilation, value: LoweredValue, lines: string[]): string {
  switch (value.kind) {
    case 'constant':
      return String(value.value);
    case 'length':
      return 'w';
    case 'direction':
      return 'd';
    case 'variable':
      return useVariable(compilation, value.name);
    case 'load': {
      const code = loadCode(compilation, value, lines);
      return value.size === 4 ? `${code} >>> 0` : code;
    }
    case 'negation':
      return `-${temporary(compilation, lines, valueCode(compilation, value.operand, lines))} >>> 0`;
    case 'operation':
      return operationCode(compilation, value, lines);
  }
}

/** Equality of a load, perhaps under a mask, with a constant: signed numbers do, which saves a conversion. */
function loadEqualsCode(
  compilation: Compilation,
  leaf: Extract<LoweredTest, { kind: 'test' }>,
  lines: string[],
): string | null {
  const { left, right } = leaf;
  if (leaf.relation !== '=' || right.kind !== 'constant') return null;
  if (left.kind === 'load')
    return `${loadCode(compilation, left, lines)} === ${right.value | (left.size === 4 ? 0 : right.value)}`;
  if (left.kind !== 'operation' || left.operator !== '&' || left.left.kind !== 'load' || left.right.kind !== 'constant')
    return null;
  return `(${loadCode(compilation, left.left, lines)} & ${left.right.value | 0}) === ${right.value | 0}`;
}

/** Statements that leave the place of what a Geneve header carries in three variables (RFC 8926, section 3). */
function geneveCode(compilation: Compilation, leaf: Extract<LoweredTest, { kind: 'geneve' }>, lines: string[]): true {
  const [start, link, type, payload] = [leaf.start, leaf.link, leaf.type, leaf.payload].map((name) =>
    useVariable(compilation, name),
  );
  const header = temporary(compilation, lines, `${start} + ${leaf.offset >>> 0}`);
  lines.push(`if (n < ${header} + 4) return false;
${type} = ${header} + 2;
${link} = ${header} + 8 + ((b[s + ${header}] & 63) << 2);
if ((b[s + ${header} + 2] << 8 | b[s + ${header} + 3]) === 0x6558) { ${type} = ${link} + 12; ${payload} = ${link} + 14; } else ${payload} = ${link};`);
  return true;
}

function headerEndCode(
  compilation: Compilation,
  leaf: Extract<LoweredTest, { kind: 'header-end' }>,
  lines: string[],
): true {
  const { network, version } = leaf;
  const variable = network.variable === null ? '0' : useVariable(compilation, network.variable);
  const target = useVariable(compilation, leaf.target);
  if (version === 6) lines.push(`${target} = ${variable} + 40;`);
  else {
    const at = temporary(compilation, lines, `${variable} + ${network.constant >>> 0}`);
    lines.push(`if (n <= ${at}) return false;`, `${target} = ${variable} + ((b[s + ${at}] & 15) << 2);`);
  }
  return true;
}

function testCode(compilation: Compilation, leaf: LoweredTest, lines: string[]): LeafCode {
  if (leaf.kind === 'geneve') return geneveCode(compilation, leaf, lines);
  if (leaf.kind === 'header-end') return headerEndCode(compilation, leaf, lines);
  if (leaf.kind === 'chain') return chainCode(leaf, (code) => temporary(compilation, lines, code), lines);
  if (leaf.kind !== 'test') return leaf.kind === 'always';
  const quick = loadEqualsCode(compilation, leaf, lines);
  if (quick !== null) return quick;
  const left = temporary(compilation, lines, valueCode(compilation, leaf.left, lines));
  const right = valueCode(compilation, leaf.right, lines);
  if (leaf.relation === 'any-bit') return `(${left} & ${right}) !== 0`;
  return `${left} ${leaf.relation === '=' ? '===' : leaf.relation} (${right})`;
}

/**
 * The source of the function for one link type. Nothing of the user's text gets into it: only numbers that the check has seen.
 */
function packetTestSource(condition: Condition, source: PacketSource): string {
  const state = startState(source);
  const { outermost } = state;
  const uses = { radio: false, payload: false };
  const knowledge = createKnowledge();
  const compilation: Compilation = { uses, variables: new Set(), knowledge, own: 0, shared: 0, mostShared: 0 };
  const leafCode = (leaf: LoweredTest, lines: string[]): LeafCode => {
    compilation.shared = 0;
    const code = testCode(compilation, leaf, lines);
    knowledge.tested();
    return code;
  };
  const before = outermost?.precondition
    ? writeBranches(lower(startState(source), outermost.precondition), leafCode, '', 'return false;')
    : '';
  const body = writeBranches(lower(state, condition), leafCode, 'return true;', 'return false;', knowledge);
  const prologue = prologueCode(outermost?.prologue ?? null, uses);
  const names = [
    ...Array.from({ length: compilation.own }, (_, i) => `t${i}`),
    ...Array.from({ length: compilation.mostShared }, (_, i) => `u${i}`),
    ...[...compilation.variables].map((name) => `${name} = 0`),
  ];
  const declaration = names.length === 0 ? '' : `let ${names.join(', ')};`;
  return [declaration, before, prologue, body].filter((part) => part !== '').join('\n');
}

/** Compiles a condition to one function for one interface. Throws PcapshError (kind `input`) where libpcap refuses it for its link type. */
export function compilePacketTest(condition: Condition, source: PacketSource): PacketTest {
  // A parameter that callers leave out costs a third of the time of a short test.
  const parameters = asksDirection(condition) ? ['b', 's', 'n', 'w', 'd'] : ['b', 's', 'n', 'w'];
  return new Function(...parameters, packetTestSource(condition, source)) as PacketTest;
}
