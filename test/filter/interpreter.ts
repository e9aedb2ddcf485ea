import type { Base, Condition, Value } from '../../src/filter/bpf/condition.js';

/**
 * The meaning of a condition on Ethernet, as slowly and plainly as it can be said: what the generated functions are held against.
 * A load beyond the captured bytes, or a division by zero, ends the program and rejects the packet.
 */
class Rejected extends Error {}

interface Packet {
  bytes: Uint8Array;
  original: number;
}

const BASES: Record<Exclude<Base, 'ip-payload'>, number> = {
  packet: 0,
  link: 0,
  payload: 14,
  arp: 14,
  ip: 14,
  ip6: 14,
  'ip6-payload': 54,
};

function read(packet: Packet, at: number, size: number): number {
  if (at + size > packet.bytes.length) throw new Rejected();
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + packet.bytes[at + i];
  return value;
}

function evaluate(packet: Packet, value: Value): number {
  switch (value.kind) {
    case 'constant':
      return value.value;
    case 'length':
      return packet.original;
    case 'load': {
      const base = value.base === 'ip-payload' ? 14 + 4 * (read(packet, 14, 1) % 16) : BASES[value.base];
      return read(packet, base + value.offset + (value.index ? evaluate(packet, value.index) : 0), value.size);
    }
    case 'negation':
      return Number(BigInt.asUintN(32, -BigInt(evaluate(packet, value.operand))));
    case 'operation': {
      const left = BigInt(evaluate(packet, value.left));
      const right = BigInt(evaluate(packet, value.right));
      return Number(BigInt.asUintN(32, operate(value.operator, left, right)));
    }
  }
}

function operate(operator: string, left: bigint, right: bigint): bigint {
  if ((operator === '/' || operator === '%') && right === 0n) throw new Rejected();
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      return right > 31n ? 0n : left << right;
    default:
      return right > 31n ? 0n : left >> right;
  }
}

function holds(packet: Packet, condition: Condition): boolean {
  switch (condition.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'and':
      return condition.operands.every((operand) => holds(packet, operand));
    case 'or':
      return condition.operands.some((operand) => holds(packet, operand));
    case 'not':
      return !holds(packet, condition.operand);
    case 'link-protocol': {
      const type = read(packet, 12, 2);
      if (condition.protocol > 1500) return type === condition.protocol;
      return type <= 1500 && read(packet, 14, 1) === condition.protocol;
    }
    case 'link-address': {
      const at = condition.end === 'source' ? 6 : 0;
      return read(packet, at + 2, 4) === condition.low && read(packet, at, 2) === condition.high;
    }
    case 'test': {
      const left = evaluate(packet, condition.left);
      const right = evaluate(packet, condition.right);
      if (condition.relation === '=') return left === right;
      if (condition.relation === '>') return left > right;
      return condition.relation === '>=' ? left >= right : (left & right) !== 0;
    }
  }
}

export function interpret(condition: Condition, bytes: Uint8Array, original: number): boolean {
  try {
    return holds({ bytes, original }, condition);
  } catch (error) {
    if (error instanceof Rejected) return false;
    throw error;
  }
}
