import { domainToASCII } from 'node:url';
import { type Cidr, formatIpv6Words, parseCidr } from '../../bytes/address.js';
import { PcapshError } from '../../errors.js';
import { nearestWord } from '../bpf/suggest.js';
import { type BytePattern, hexPattern, textPattern } from './byte-pattern.js';
import { PORT_PROTOCOLS } from './port-index.js';

/** What a line of a list names, and what it is to be found by. */
export type Indicator =
  | { type: 'address' | 'network'; network: Cidr; port: 0 }
  | { type: 'endpoint'; network: Cidr; port: number }
  | { type: 'range'; first: Cidr; last: Cidr }
  | { type: 'port'; first: number; last: number; protocol: number | null }
  | { type: 'domain'; name: string; below: boolean }
  | { type: HashType; digest: string }
  | { type: 'text' | 'hex'; pattern: BytePattern };

export type HashType = 'md5' | 'sha1' | 'sha256';
export type IndicatorType = Indicator['type'] | 'regex' | 'alert' | 'connection';

const HASHES: ReadonlyMap<number, HashType> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
]);

/** What may stand before a colon, or in the column of types of a table; and what values it goes with. */
const KINDS: Readonly<Record<string, Reader>> = {
  ip: readAddress,
  address: readAddress,
  'ip-src': readAddress,
  'ip-dst': readAddress,
  ipv4: readAddress,
  ipv6: readAddress,
  network: readAddress,
  net: readAddress,
  cidr: readAddress,
  domain: readDomain,
  hostname: readDomain,
  fqdn: readDomain,
  host: readHost,
  port: readPort,
  md5: readHash('md5'),
  sha1: readHash('sha1'),
  sha256: readHash('sha256'),
  hash: readAnyHash,
  text: (text) => ({ type: 'text', pattern: textPattern(text) }),
  string: (text) => ({ type: 'text', pattern: textPattern(text) }),
  hex: (text) => ({ type: 'hex', pattern: hexPattern(text) }),
};

type Reader = (text: string) => Indicator;

/** The names of KINDS, as people write them: `SHA-256`, `IPv4 address`. */
export function kindOf(word: string): string | null {
  const plain = word
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  const name = plain.replace(/^sha-(?=\d)/, 'sha').replace(/^(ipv[46]|ip)-(?:address|addr)$/, '$1');
  return Object.hasOwn(KINDS, name) ? name : null;
}

/** Reads an indicator of a kind that is known from elsewhere. Throws as `readIndicator`. */
export function readKind(kind: string, text: string): Indicator {
  return KINDS[kind](kind === 'text' || kind === 'string' || kind === 'hex' ? text : refang(text));
}

/** As lists write addresses and names so that nobody follows them: `evil[.]example`, `10[.]0[.]0[.]1`. */
function refang(text: string): string {
  return text.includes('[') || text.includes('(')
    ? text.replace(/\[(\.|:|dot)\]|\((\.|dot)\)/gi, (_, a, b) => ((a ?? b) === ':' ? ':' : '.'))
    : text;
}

/**
 * Reads an indicator by what it looks like: address, network, range or address with port; port; hash; domain name; `"text"`; or, where that does not tell,
 * by its kind before a colon: `text:cmd.exe`, `hex:de ad ?? ef`, `domain:localhost`. Throws PcapshError (kind `input`) that says what is wrong.
 */
export function readIndicator(given: string): Indicator {
  if (given.startsWith('"')) return { type: 'text', pattern: textPattern(unquote(given)) };
  const colon = given.indexOf(':');
  if (colon > 0) {
    const kind = kindOf(given.slice(0, colon));
    if (kind !== null) return readKind(kind, given.slice(colon + 1).trim());
  }
  const text = refang(given);
  if (/:\/\//.test(text)) {
    throw wrong('a URL is no indicator by itself', `list its host, or search for its path as text:${pathOf(text)}`);
  }
  if (/^[0-9a-f]+$/i.test(text) && HASHES.has(text.length)) return readAnyHash(text);
  if (/^\d{1,6}(?:\s*-\s*\d{1,6})?(?:\/[a-z]+)?$/i.test(text)) return readPort(text);
  if (/^[\d.]+(?:$|[-/:\s])/.test(text) && text.includes('.')) return readAddress(text);
  if (text.startsWith('[') || (text.match(/:/g)?.length ?? 0) > 1) return readAddress(text);
  if (colon > 0 && /^[a-z0-9-]+$/i.test(given.slice(0, colon)) && !/^\d+$/.test(given.slice(colon + 1))) {
    const near = nearestWord(given.slice(0, colon), Object.keys(KINDS));
    throw wrong(
      `"${shown(given.slice(0, colon))}" is no kind of indicator`,
      near === null ? `kinds are ${Object.keys(KINDS).join(', ')}` : `did you mean ${near}:?`,
    );
  }
  if (text.includes('.') || text.startsWith('*')) return readDomain(text);
  throw wrong(
    `"${shown(text)}" is no address, network, port, domain name or hash`,
    `"${shown(text)}" in double quotes searches for the text, domain:${shown(text)} for the name`,
  );
}

function pathOf(url: string): string {
  return shown(url.replace(/^[^:]*:\/\/[^/]*/, '') || '/');
}

/** `10.0.0.9`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, `10.0.0.9:443`, `[2001:db8::1]:443`. */
function readAddress(text: string): Indicator {
  const range = /^([0-9a-f.:]+)\s*-\s*([0-9a-f.:]+)$/i.exec(text);
  if (range !== null) {
    const [first, last] = [parseCidr(range[1]), parseCidr(range[2])];
    if (first.family !== last.family) throw wrong(`"${shown(text)}" goes from one family of addresses to the other`);
    if (isBehind(first, last)) throw wrong(`"${shown(text)}" ends before it begins`);
    return { type: 'range', first, last };
  }
  const endpoint = /^\[([^\]]*)\]:(\d+)$/.exec(text) ?? /^([\d.]+):(\d+)$/.exec(text);
  if (endpoint !== null)
    return { type: 'endpoint', network: parseCidr(endpoint[1]), port: readPortNumber(endpoint[2]) };
  const network = parseCidr(text);
  if (network.words.some((word, i) => (word & ~network.mask[i]) >>> 0 !== 0)) {
    const base = formatIpv6Words(network.words.map((word, i) => word & network.mask[i]));
    throw wrong(`${text} has bits set behind its prefix`, `did you mean ${base}/${network.prefix}?`);
  }
  const isWhole = network.prefix === (network.family === 4 ? 32 : 128);
  return { type: isWhole ? 'address' : 'network', network, port: 0 };
}

function isBehind(a: Cidr, b: Cidr): boolean {
  for (let i = 0; i < 4; i++) if (a.words[i] !== b.words[i]) return a.words[i] > b.words[i];
  return false;
}

/** `443`, `8000-8100`, `53/udp`. */
function readPort(text: string): Indicator {
  const [, first, last = first, name] = /^(\d+)(?:\s*-\s*(\d+))?(?:\/([a-z]+))?$/i.exec(text) ?? [];
  if (first === undefined) throw wrong(`"${shown(text)}" is no port`, 'ports are written 443, 8000-8100, 53/udp');
  const ports = { first: readPortNumber(first), last: readPortNumber(last) };
  if (ports.first > ports.last) throw wrong(`ports ${text} end before they begin`);
  if (name === undefined) return { type: 'port', ...ports, protocol: null };
  const protocol = PORT_PROTOCOLS[name.toLowerCase()];
  if (protocol === undefined)
    throw wrong(`"${shown(name)}" is no protocol with ports`, `they are ${Object.keys(PORT_PROTOCOLS).join(', ')}`);
  return { type: 'port', ...ports, protocol };
}

function readPortNumber(digits: string): number {
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return port;
  throw wrong(`port ${shown(digits)} is not from 1 to 65535`);
}

/** A name with the names below it; `*.evil.example`: those below it alone. Letters beyond ASCII are looked for as DNS sends them (RFC 5891). */
function readDomain(text: string): Indicator {
  const below = text.startsWith('*.');
  const plain = text
    .replace(/^(?:\*\.|\.)/, '')
    .replace(/\.$/, '')
    .toLowerCase();
  const name = /^[\0-\x7f]*$/.test(plain) ? plain : domainToASCII(plain);
  const isName =
    name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  if (name === '' || !isName) throw wrong(`"${shown(text)}" is no domain name`);
  return { type: 'domain', name, below };
}

/** Lists use one column for both. */
function readHost(text: string): Indicator {
  return /^[\d.]+$/.test(text) || text.includes(':') ? readAddress(text) : readDomain(text);
}

function readHash(type: HashType): Reader {
  return (text) => {
    const indicator = readAnyHash(text);
    if (indicator.type === type) return indicator;
    throw wrong(`"${shown(text)}" has ${text.length} hex digits, which is no ${type}`);
  };
}

function readAnyHash(text: string): Indicator {
  const type = /^[0-9a-f]*$/i.test(text) ? HASHES.get(text.length) : undefined;
  if (type === undefined) throw wrong(`"${shown(text)}" is no hash`, 'MD5 has 32 hex digits, SHA-1 40, SHA-256 64');
  return { type, digest: text.toLowerCase() };
}

/** The text of a word in double quotes, which know \n \t \" \\ \xHH. */
function unquote(text: string): string {
  const body = /^"((?:[^"\\]|\\.)*)"$/.exec(text)?.[1];
  if (body === undefined) throw wrong(`the text ${shown(text)} does not end with its quote`);
  return body.replace(/\\(x[0-9a-f]{2}|.)/gi, (piece, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const plain = { n: '\n', t: '\t', '"': '"', '\\': '\\' }[code];
    if (plain === undefined) throw wrong(`unknown escape ${shown(piece)}`, 'known are \\n \\t \\" \\\\ \\xHH');
    return plain;
  });
}

/** A piece of a file as a sentence shows it: not longer than a line. */
export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function wrong(message: string, hint?: string): PcapshError {
  return new PcapshError('match.indicator', message, { kind: 'input', hint });
}
