/**
 * The virtual machine of the BSD packet filter (McCanne and Jacobson, 1993), for programs as `tcpdump -ddd` prints them: code, jump if true, jump
 * if false, constant.
 */
const LD = 0;
const LDX = 1;
const ST = 2;
const STX = 3;
const ALU = 4;
const JMP = 5;
const RET = 6;

interface Machine {
  a: number;
  x: number;
  memory: number[];
}

/** Bytes at `at`, big-endian; null beyond the end. */
function fetch(bytes: Uint8Array, at: number, size: number): number | null {
  if (at + size > bytes.length) return null;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes[at + i];
  return value;
}

function load(machine: Machine, code: number, k: number, bytes: Uint8Array, original: number): number | null {
  const size = [4, 2, 1][(code >> 3) & 3];
  switch (code >> 5) {
    case 0:
      return k;
    case 1:
      return fetch(bytes, k, size);
    case 2:
      return fetch(bytes, machine.x + k, size);
    case 3:
      return machine.memory[k];
    case 4:
      return original;
    default: {
      const byte = fetch(bytes, k, 1);
      return byte === null ? null : (byte & 15) * 4;
    }
  }
}

function compute(operation: number, a: number, b: number): number | null {
  switch (operation) {
    case 0:
      return (a + b) >>> 0;
    case 1:
      return (a - b) >>> 0;
    case 2:
      return Math.imul(a, b) >>> 0;
    case 3:
      return b === 0 ? null : Math.floor(a / b);
    case 4:
      return (a | b) >>> 0;
    case 5:
      return (a & b) >>> 0;
    case 6:
      return b > 31 ? 0 : (a << b) >>> 0;
    case 7:
      return b > 31 ? 0 : a >>> b;
    case 8:
      return -a >>> 0;
    case 9:
      return b === 0 ? null : a % b;
    default:
      return (a ^ b) >>> 0;
  }
}

function jumps(operation: number, a: number, b: number): boolean {
  if (operation === 1) return a === b;
  if (operation === 2) return a > b;
  return operation === 3 ? a >= b : (a & b) !== 0;
}

/** Whether the program accepts the packet. */
export function runProgram(program: readonly number[][], bytes: Uint8Array, original: number): boolean {
  const machine: Machine = { a: 0, x: 0, memory: Array(16).fill(0) };
  for (let at = 0; at < program.length; at++) {
    const [code, whenTrue, whenFalse, k] = program[at];
    const operand = (code & 8) === 0 ? k : machine.x;
    const kind = code & 7;
    if (kind === RET) return k !== 0;
    if (kind === LD || kind === LDX) {
      const value = load(machine, code, k, bytes, original);
      if (value === null) return false;
      if (kind === LD) machine.a = value;
      else machine.x = value;
    } else if (kind === ST) machine.memory[k] = machine.a;
    else if (kind === STX) machine.memory[k] = machine.x;
    else if (kind === ALU) {
      const value = compute(code >> 4, machine.a, operand);
      if (value === null) return false;
      machine.a = value;
    } else if (kind === JMP) {
      const operation = (code >> 4) & 15;
      at += operation === 0 ? k | 0 : jumps(operation, machine.a, operand) ? whenTrue : whenFalse;
    } else if ((code & 0x80) === 0) machine.x = machine.a;
    else machine.a = machine.x;
  }
  return false;
}
