import { hexNumber, u16 } from '../../bytes/big-endian.js';
import { counted } from '../../bytes/size.js';
import { bytesField, field, header, type Input, type LayerFunction, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { IpProtocol } from '../numbers.js';
import { DNS_FLAGS, flagLetters, headerFields, LLMNR_FLAGS, opcodeOf, viewDns } from './dns-header.js';
import { DNS_OPCODES, DNS_RCODES } from './dns-numbers.js';
import { Dns, DnsFlag } from './dns-recognize.js';
import { type Entry, readQuestion, readRecord, type Told, type Walk } from './dns-records.js';

/** The layer of DNS, multicast DNS and LLMNR: one message; over TCP behind its length (RFC 1035 section 4.2.2), and the next message behind it. */
export type DnsKind = 'dns' | 'mdns' | 'llmnr';

const PREFIX = 2;
/** Records that the line about a packet names. */
const MOST_NAMED = 6;
const UPDATE = 5;
/** RFC 1035 section 4.1; for UPDATE by RFC 2136 section 2. */
const SECTIONS = ['Question Section', 'Answer Section', 'Authority Section', 'Additional Section'];
const UPDATE_SECTIONS = ['Zone Section', 'Prerequisite Section', 'Update Section', 'Additional Section'];

interface Sections {
  fields: Field[];
  questions: Told[];
  answers: Told[];
}

function readSections(walk: Walk, counts: number[], names: string[]): Sections {
  const found: Sections = { fields: [], questions: [], answers: [] };
  counts.forEach((count, section) => {
    const start = walk.at;
    const entries: Entry[] = [];
    for (let left = count; left > 0 && !walk.lost; left--) {
      const entry = section === 0 ? readQuestion(walk) : readRecord(walk);
      if (entry !== null) entries.push(entry);
    }
    if (entries.length === 0) return;
    if (section === 0) found.questions = entries.map(({ told }) => told);
    if (section === 1) found.answers = entries.map(({ told }) => told);
    const noun = section === 0 ? 'question' : 'record';
    const fields = entries.map((entry) => entry.field);
    found.fields.push(
      field(names[section], start, walk.at - start, entries.length, counted(entries.length, noun), fields),
    );
  });
  return found;
}

/** "A 192.0.2.1": what an answer adds to its question. */
function answerText({ name, type, data }: Told, question: Told | undefined): string {
  const about = name === question?.name || (question !== undefined && type === question.type);
  return [...(type === question?.type ? [] : [type]), ...(about ? [] : [name]), data].join(' ').trim();
}

/** "query A example.org", "answer A example.org 192.0.2.1", "answer A nope.example NXDOMAIN". */
function line(flags: number, rcode: number, { questions, answers }: Sections): string {
  const response = (flags & DnsFlag.response) !== 0;
  const opcode = opcodeOf(flags);
  const verb = opcode === 0 ? '' : `${(DNS_OPCODES[opcode] ?? `opcode ${opcode}`).toLowerCase()} `;
  const asked = questions.slice(0, MOST_NAMED).map(({ type, name }) => `${type} ${name}`);
  const told = response ? answers.slice(0, MOST_NAMED).map((answer) => answerText(answer, questions[0])) : [];
  const more = response ? answers.length > MOST_NAMED : questions.length > MOST_NAMED;
  return [
    verb + (response ? 'answer' : opcode === 0 ? 'query' : ''),
    asked.join(', '),
    told.join(', ') + (more ? ', …' : ''),
    rcode === 0 ? '' : (DNS_RCODES[rcode] ?? `RCODE ${rcode}`),
  ]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

function read(kind: DnsKind, title: string, prefix: number, input: Input): Step {
  const { bytes, at, wireEnd } = input;
  const message = at + prefix;
  const length = prefix > 0 ? u16(bytes, at) : wireEnd - message;
  const sentEnd = message + length;
  const end = Math.max(Math.min(input.end, sentEnd), Math.min(message + Dns.length, input.end));
  // Of the message only what its header says is needed here: the sections are walked once, below.
  const view = viewDns(bytes, message, message + Dns.length)!;
  const table = kind === 'llmnr' ? LLMNR_FLAGS : DNS_FLAGS;
  const walk: Walk = {
    bytes,
    message,
    end,
    at: message + Dns.length,
    multicast: kind === 'mdns',
    rcode: view.flags & DnsFlag.rcode,
    problem: null,
    lost: input.cut,
  };
  const counts = [view.qdcount, view.ancount, view.nscount, view.arcount];
  const sections = readSections(walk, counts, opcodeOf(view.flags) === UPDATE ? UPDATE_SECTIONS : SECTIONS);
  const fields = [...headerFields(view, message, table), ...sections.fields];
  if (prefix > 0) fields.unshift(field('Length', at, prefix, length));
  if (walk.at < end && !input.cut) fields.push(bytesField(walk.lost ? 'Unread' : 'Left Over', bytes, walk.at, end));
  if (walk.at < end && !walk.lost)
    walk.problem ??= `${title} message: ends at byte ${walk.at}, what carries it at byte ${end}`;
  const missing =
    prefix > 0 && sentEnd > wireEnd ? shortfall(`${title} message`, length, wireEnd - message, message) : null;
  const info = line(view.flags, walk.rcode, sections);
  const letters = flagLetters(table, view.flags);
  return {
    layer: {
      name: kind,
      title,
      summary: [info, `id ${hexNumber(view.id, 4)}`, letters].join('  ').trimEnd(),
      start: at,
      end,
      fields,
      problem: missing ?? walk.problem,
    },
    next: prefix > 0 && sentEnd < wireEnd ? { table: 'application', key: 0, at: sentEnd, wireEnd } : null,
    column: { info },
  };
}

/** The layer function of one of the three; the transport says whether a length stands before the message. */
function dnsLayer(kind: DnsKind, title: string): LayerFunction {
  const overUdp = header(`${title} header`, Dns.length, (input) => read(kind, title, 0, input));
  const overTcp = header(`${title} header`, PREFIX + Dns.length, (input) => read(kind, title, PREFIX, input));
  return (input) => (input.scope.transport?.protocol === IpProtocol.tcp ? overTcp(input) : overUdp(input));
}

export const layerDns = dnsLayer('dns', 'DNS');
export const layerMdns = dnsLayer('mdns', 'mDNS');
export const layerLlmnr = dnsLayer('llmnr', 'LLMNR');
