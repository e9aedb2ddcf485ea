import { type BlockListener, type LeafCode, type Tree, writeBranches } from './branch-writer.js';
import type { Base, Condition, Value } from './condition.js';
import { syntaxError } from './filter-errors.js';
import { linkAddressTest } from './link-address.js';
import { type LinkModel, linkModel, type Place } from './link-model.js';
import { prologueCode } from './prologue.js';

/**
 * Tests one packet: its captured bytes lie at `bytes[start]` and on. Loads beyond them reject the packet, as in libpcap's
 * interpreter: neither `port 80` nor `not port 80` holds for a packet that is cut before its ports.
 */
export type PacketTest = (bytes: Uint8Array, start: number, capturedLength: number, originalLength: number) => boolean;

type Test = Extract<Condition, { kind: 'test' | 'always' | 'never' }>;
type Load = Extract<Value, { kind: 'load' }>;
type Operation = Extract<Value, { kind: 'operation' }>;

/**
 * What is known at a point of the generated function. Control only goes forward and out of blocks, so what a block computed is known
 * in the rest of it and in the blocks inside.
 */
interface Knowledge {
  /** So many bytes were captured, at least. */
  bytes: number;
  /** Temporaries by what they hold. */
  readonly values: ReadonlyMap<string, string>;
}

/** What is used of the packet, found while lowering. */
interface Compilation {
  knowledge: Knowledge;
  readonly model: LinkModel | null;
  readonly linkType: number;
  readonly uses: { radio: boolean; payload: boolean };
  temporaries: number;
}

const NETWORK_BASES: ReadonlySet<Base> = new Set(['arp', 'ip', 'ip6']);
const IPV6_HEADER = 40;

/** Gives the leaves that depend on the link type their meaning there. Throws where libpcap refuses them. */
function lower(compilation: Compilation, condition: Condition): Tree<Test> {
  const { model, linkType } = compilation;
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, operands: condition.operands.map((operand) => lower(compilation, operand)) };
    case 'not':
      return { kind: 'not', operand: lower(compilation, condition.operand) };
    case 'link-protocol':
      if (model === null) {
        throw syntaxError(
          `link type ${linkType} does not tell which protocol it carries`,
          condition.span,
          'test its length or its bytes',
          'filter.link-type',
        );
      }
      return lower(compilation, model.carries(condition.protocol));
    case 'link-address': {
      const addressTest = linkAddressTest(model, condition.end, condition);
      if (addressTest === null) {
        throw syntaxError(
          `link type ${model?.name ?? linkType} has no Ethernet addresses`,
          condition.span,
          undefined,
          'filter.link-type',
        );
      }
      return lower(compilation, addressTest);
    }
    default:
      return condition;
  }
}

function placeOf(model: LinkModel | null, base: Base): Place {
  if (base === 'packet' || model === null) return { constant: 0, variable: null };
  if (base === 'link') return model.link;
  if (base === 'payload') return model.payload;
  if (NETWORK_BASES.has(base) || base === 'ip-payload') return model.network;
  return { ...model.network, constant: model.network.constant + IPV6_HEADER };
}

function temporary(compilation: Compilation, lines: string[], code: string): string {
  const name = `t${compilation.temporaries++}`;
  lines.push(`${name} = ${code};`);
  return name;
}

/** A temporary that holds `code`, or the one that holds it already. */
function remembered(compilation: Compilation, lines: string[], code: string): string {
  const { knowledge } = compilation;
  const known = knowledge.values.get(code);
  if (known !== undefined) return known;
  const name = temporary(compilation, lines, code);
  compilation.knowledge = { ...knowledge, values: new Map(knowledge.values).set(code, name) };
  return name;
}

/** Rejects packets with fewer than `count` captured bytes, unless that was done. */
function requireBytes(compilation: Compilation, lines: string[], count: number): void {
  const { knowledge } = compilation;
  if (knowledge.bytes >= count) return;
  lines.push(`if (n < ${count}) return false;`);
  compilation.knowledge = { ...knowledge, bytes: count };
}

/** `size` bytes at `at`; four bytes come out signed. */
function bytesAt(at: string, size: number): string {
  const byte = (i: number): string => `b[s + ${at}${i === 0 ? '' : ` + ${i}`}]`;
  if (size === 1) return byte(0);
  if (size === 2) return `(${byte(0)} << 8 | ${byte(1)})`;
  return `(${byte(0)} << 24 | ${byte(1)} << 16 | ${byte(2)} << 8 | ${byte(3)})`;
}

/** Writes the check of bounds and returns the code of the load; four bytes come out signed. */
function loadCode(compilation: Compilation, load: Load, lines: string[]): string {
  const { model, uses } = compilation;
  const { constant, variable } = placeOf(model, load.base);
  const parts: string[] = [];
  if (variable !== null) {
    uses[variable] = true;
    parts.push(variable);
  }
  if (load.base === 'ip-payload') {
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
function valueCode(compilation: Compilation, value: Value, lines: string[]): string {
  switch (value.kind) {
    case 'constant':
      return String(value.value);
    case 'length':
      return 'w';
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
  leaf: Extract<Test, { kind: 'test' }>,
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

function testCode(compilation: Compilation, leaf: Test, lines: string[]): LeafCode {
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
function packetTestSource(condition: Condition, linkType: number, byteOrder: 'little' | 'big'): string {
  const model = linkModel(linkType, byteOrder);
  const uses = { radio: false, payload: false };
  const nothing: Knowledge = { bytes: 0, values: new Map() };
  const compilation: Compilation = { model, linkType, uses, temporaries: 0, knowledge: nothing };
  const outer: Knowledge[] = [];
  let justOpened = 0;
  const blocks: BlockListener = {
    opened: () => {
      outer.push(compilation.knowledge);
      justOpened++;
    },
    closed: () => {
      compilation.knowledge = outer.pop() ?? nothing;
      justOpened = 0;
    },
  };
  const leafCode = (leaf: Test, lines: string[]): LeafCode => {
    const code = testCode(compilation, leaf, lines);
    // Nothing can have left the blocks that begin with this test: what it computed is known behind them too.
    for (; justOpened > 0; justOpened--) outer[outer.length - justOpened] = compilation.knowledge;
    return code;
  };
  const before = model?.precondition
    ? writeBranches(lower(compilation, model.precondition), leafCode, '', 'return false;')
    : '';
  const body = writeBranches(lower(compilation, condition), leafCode, 'return true;', 'return false;', blocks);
  const prologue = prologueCode(model?.prologue ?? null, uses);
  const names = Array.from({ length: compilation.temporaries }, (_, i) => `t${i}`);
  const declaration = names.length === 0 ? '' : `let ${names.join(', ')};`;
  return [declaration, before, prologue, body].filter((part) => part !== '').join('\n');
}

/** Compiles a condition to one function for one link type. Throws PcapshError (kind `input`) where libpcap refuses it for that type. */
export function compilePacketTest(condition: Condition, linkType: number, byteOrder: 'little' | 'big'): PacketTest {
  const source = packetTestSource(condition, linkType, byteOrder);
  return new Function('b', 's', 'n', 'w', source) as PacketTest;
}
