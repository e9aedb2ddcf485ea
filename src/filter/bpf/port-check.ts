import type { Operand, Span } from './ast.js';
import { shown, syntaxError } from './filter-errors.js';
import { nameTable } from './names.js';
import { nearestWord } from './suggest.js';
import { IP_PROTOCOL, type Ports } from './transport-conditions.js';
import { KEYWORDS } from './vocabulary.js';

/** Ports as written, and the one transport to which a service name confines them (null: any). */
export interface CheckedPorts {
  readonly ports: Ports;
  readonly transport: number | null;
}

const HIGHEST_PORT = 65535;
const DIGIT_RANGE = /^\d+-\d+$/;
type PortOperand = Extract<Operand, { form: 'number' | 'name' }>;

function checkPort(port: number, span: Span): number {
  if (port > HIGHEST_PORT) {
    throw syntaxError(`port ${port} is more than ${HIGHEST_PORT}`, span, undefined, 'filter.bad-port');
  }
  return port;
}

function unknownPort(name: string, span: Span): Error {
  // Behind "port 53 and" a word is a port: it may have been meant as one of the language.
  const near = nearestWord(name, nameTable().services.keys()) ?? nearestWord(name, KEYWORDS);
  const hint = near === null ? `names come from ${nameTable().source}` : `did you mean ${near}?`;
  return syntaxError(`unknown port "${shown(name)}"`, span, hint, 'filter.unknown-port');
}

interface NamedPort {
  readonly port: number;
  readonly transport: number | null;
}

/** A name that TCP and UDP give the same port means both; else TCP's goes before UDP's. Decimal digits are a port too. */
function namedPort(name: string, span: Span): NamedPort {
  if (/^\d{1,9}$/.test(name)) return { port: checkPort(Number(name), span), transport: null };
  const service = nameTable().services.get(name);
  if (service && service.tcp !== null) {
    return { port: service.tcp, transport: service.udp === service.tcp ? null : IP_PROTOCOL.tcp };
  }
  if (service && service.udp !== null) return { port: service.udp, transport: IP_PROTOCOL.udp };
  throw unknownPort(name, span);
}

function checkTransport(named: number | null, asked: number | null, operand: PortOperand): void {
  if (named === null || asked === null || named === asked || asked === IP_PROTOCOL.sctp) return;
  const name = named === IP_PROTOCOL.tcp ? 'tcp' : 'udp';
  throw syntaxError(
    `port "${shown(operand.text)}" is a port of ${name}`,
    operand.span,
    `did you mean ${name} port ${shown(operand.text)}?`,
    'filter.bad-port',
  );
}

/** `port 80`, `port http`, `port 80-90`. `asked` is the protocol number of the qualifier, or null. */
export function singlePort(operand: PortOperand, asked: number | null): CheckedPorts {
  if (operand.form === 'number') {
    const port = checkPort(operand.value, operand.span);
    return { ports: { first: port, last: port, range: false }, transport: null };
  }
  // An extension: libpcap wants the word portrange for it.
  if (DIGIT_RANGE.test(operand.text)) return portRange(operand, asked);
  const { port, transport } = namedPort(operand.text, operand.span);
  checkTransport(transport, asked, operand);
  return { ports: { first: port, last: port, range: false }, transport };
}

/** `portrange 6000-6063`, `portrange ssh-smtp`, either end first; one port alone is a range too. */
export function portRange(operand: PortOperand, asked: number | null): CheckedPorts {
  if (operand.form === 'number') {
    const port = checkPort(operand.value, operand.span);
    return { ports: { first: port, last: port, range: true }, transport: null };
  }
  const dash = operand.text.indexOf('-');
  const names = dash < 0 ? [operand.text, operand.text] : [operand.text.slice(0, dash), operand.text.slice(dash + 1)];
  const [from, to] = names.map((name) => namedPort(name, operand.span));
  const transport = from.transport === to.transport ? from.transport : null;
  checkTransport(transport, asked, operand);
  const ports = { first: Math.min(from.port, to.port), last: Math.max(from.port, to.port), range: true };
  return { ports, transport };
}
