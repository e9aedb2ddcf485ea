import { writeFileSync } from 'node:fs';
import { PcapshError } from '../../../src/errors.js';
import { anchorOf, fitsAt, hexPattern } from '../../../src/filter/content/byte-pattern.js';
import { type Indicator, readIndicator } from '../../../src/filter/content/indicator.js';
import { readIndicatorFile } from '../../../src/filter/content/indicator-file.js';
import { resolveMatch } from '../../../src/filter/content.js';
import { useTemporaryFolder } from '../../support/temporary-folder.js';

const folder = useTemporaryFolder();

function refusal(work: () => unknown): PcapshError {
  try {
    work();
  } catch (error) {
    if (error instanceof PcapshError) return error;
    throw error;
  }
  throw new Error('nothing is refused');
}

function file(name: string, text: string | Uint8Array): string {
  const path = folder(name);
  writeFileSync(path, text);
  return path;
}

describe('an indicator', () => {
  test.each<[string, Indicator['type']]>([
    ['10.0.0.9', 'address'],
    ['10[.]0[.]0[.]9', 'address'],
    ['2001:db8::1', 'address'],
    ['10.0.0.0/8', 'network'],
    ['2001:db8::/32', 'network'],
    ['10.0.0.1-10.0.0.9', 'range'],
    ['10.0.0.1 - 10.0.0.9', 'range'],
    ['10.0.0.9:443', 'endpoint'],
    ['[2001:db8::1]:443', 'endpoint'],
    ['443', 'port'],
    ['8000-8100', 'port'],
    ['53/udp', 'port'],
    ['evil.example', 'domain'],
    ['evil[.]example', 'domain'],
    ['*.evil.example', 'domain'],
    ['bücher.example', 'domain'],
    ['_dmarc.evil.example.', 'domain'],
    ['domain:localhost', 'domain'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'md5'],
    ['DA39A3EE5E6B4B0D3255BFEF95601890AFD80709', 'sha1'],
    ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'sha256'],
    ['"cmd.exe /c"', 'text'],
    ['text:cmd.exe', 'text'],
    ['hex:de ad ?? ef', 'hex'],
    ['ip:10.0.0.9', 'address'],
  ])('%s is of the kind %s', (text, type) => {
    expect(readIndicator(text).type).toBe(type);
  });

  test.each([
    ['10.0.0.300', '300 in "10.0.0.300" is above 255'],
    ['10.0.0.1/8', '10.0.0.1/8 has bits set behind its prefix'],
    ['10.0.0.9-10.0.0.1', '"10.0.0.9-10.0.0.1" ends before it begins'],
    ['10.0.0.1-2001:db8::1', '"10.0.0.1-2001:db8::1" goes from one family of addresses to the other'],
    ['99999', 'port 99999 is not from 1 to 65535'],
    ['0', 'port 0 is not from 1 to 65535'],
    ['443/tpc', '"tpc" is no protocol with ports'],
    ['hello', '"hello" is no address, network, port, domain name or hash'],
    ['http://evil.example/x', 'a URL is no indicator by itself'],
    ['hxxp://evil[.]example/x', 'a URL is no indicator by itself'],
    ['evil..example', '"evil..example" is no domain name'],
    ['-a.example', '"-a.example" is no domain name'],
    ['domian:evil.example', '"domian" is no kind of indicator'],
    ['hex:d', '"d" has 1 digit: a byte is two'],
    ['hex:?? ??', 'a pattern needs one byte at least that is known whole'],
    ['"open', 'the text "open does not end with its quote'],
    ['"\\q"', 'unknown escape \\q'],
    ['text:', 'the text to look for is empty'],
    [
      'md5:da39a3ee5e6b4b0d3255bfef95601890afd80709',
      '"da39a3ee5e6b4b0d3255bfef95601890afd80709" has 40 hex digits, which is no md5',
    ],
    ['1.2.3', 'IPv4 address "1.2.3" has 3 parts, not 4'],
  ])('%s is refused: %s', (text, message) => {
    const error = refusal(() => readIndicator(text));
    expect(error.message).toBe(message);
    expect(error.kind).toBe('input');
  });
});

describe('bytes', () => {
  test('open digits fit anything, the rest must be there', () => {
    const pattern = hexPattern('de ad ?? e? 0x01');
    expect(anchorOf(pattern)).toEqual([0, 2]);
    expect(fitsAt(pattern, Uint8Array.of(0, 0xde, 0xad, 7, 0xef, 1), 1)).toBe(true);
    expect(fitsAt(pattern, Uint8Array.of(0xde, 0xad, 7, 0xdf, 1), 0)).toBe(false);
    expect(hexPattern('DEAD').mask).toBeNull();
    expect(hexPattern('de:ad,ef').bytes.length).toBe(3);
  });

  test('what is no hex is refused with its place', () => {
    expect(refusal(() => hexPattern('de gh')).span).toEqual([3, 4]);
    expect(refusal(() => hexPattern('')).message).toBe('the bytes to look for are missing');
    expect(refusal(() => hexPattern('00'.repeat(5000))).message).toBe('5000 bytes to look for are more than 4096');
  });
});

describe('a list of indicators', () => {
  const texts = (path: string, skip = false): string[] =>
    readIndicatorFile(path, skip).indicators.map(({ text }) => text);

  test('has one a line, with comments, blank lines, carriage returns and a byte order mark', () => {
    const path = file(
      'list.txt',
      '\ufeff# head\r\n\r\n10.0.0.9  # desk\r\n"a # b" # text\n  evil.example\nevil.example',
    );
    expect(texts(path)).toEqual(['10.0.0.9', '"a # b"', 'evil.example']);
  });

  test('may be a table with a column of types', () => {
    const path = file(
      'list.csv',
      'type,indicator,comment\nip,10.0.0.9,"a, b"\nSHA-1,DA39A3EE5E6B4B0D3255BFEF95601890AFD80709,\ntext,"say ""hi""",\n,443,',
    );
    expect(readIndicatorFile(path, false).indicators.map(({ indicator, text }) => [indicator.type, text])).toEqual([
      ['address', '10.0.0.9'],
      ['sha1', 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'],
      ['text', 'say "hi"'],
      ['port', '443'],
    ]);
  });

  test('may be a table with columns of kinds, with semicolons or tabs', () => {
    expect(texts(file('a.csv', 'id;IP address;Domain\n1;10.0.0.9;evil.example\n2;;www.example'))).toEqual([
      '10.0.0.9',
      'evil.example',
      'www.example',
    ]);
    expect(texts(file('b.tsv', 'ip\tport\n10.0.0.9\t53'))).toEqual(['10.0.0.9', '53']);
  });

  test.each([
    ['10.0.0.9\nhello\n', 2, '"hello" is no address, network, port, domain name or hash'],
    ['type,indicator\nip,10.0.0.9,x\n', 2, '3 cells, the header has 2'],
    ['type,indicator\nfoo,10.0.0.9\n', 2, '"foo" is no kind of indicator'],
    ['type,indicator\nip,"10.0.0.9\n', 2, 'a quote is never closed'],
    [`10.0.0.9\n10.0.0.8\n${'a'.repeat(1_000_000)}\n`, 3, 'the line is longer than 16384 bytes'],
  ])('%j is refused with its line', (text, line, message) => {
    const path = file('bad.txt', text);
    const error = refusal(() => readIndicatorFile(path, false));
    expect(error.message).toBe(`${path}, line ${line}: ${message}`);
    const { indicators, skipped, firstSkipped } = readIndicatorFile(path, true);
    expect(skipped).toBe(1);
    expect(firstSkipped).toBe(error.message);
    expect(indicators.every(({ text: each }) => each.startsWith('10.'))).toBe(true);
  });

  test('a table whose header names nothing, and a file without indicators, are refused', () => {
    expect(refusal(() => readIndicatorFile(file('x.csv', 'a,b\n1,2\n'), true)).message).toMatch(
      /line 1: the header names no column of indicators$/,
    );
    expect(refusal(() => resolveMatch({ file: file('none.txt', '# nothing\n') })).message).toMatch(
      /lists no indicator$/,
    );
    expect(refusal(() => resolveMatch({ file: folder('missing.txt') })).message).toMatch(
      /cannot be read: there is no such file$/,
    );
    expect(refusal(() => resolveMatch({ file: folder('.') })).message).toMatch(/cannot be read: it is a folder$/);
  });

  test('a million of them are read in bounded time and memory', () => {
    let text = '';
    for (let i = 0; i < 1_000_000; i++)
      text += `${10 + (i >>> 24)}.${(i >>> 16) & 255}.${(i >>> 8) & 255}.${i & 255}\n`;
    const path = file('million.txt', text);
    const started = performance.now();
    expect(resolveMatch({ file: path })).toMatchObject({ file: path });
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('lists that would have to be walked one by one may not be long', () => {
    const ranges = Array.from({ length: 1001 }, (_, i) => `10.0.0.0-10.0.${i >>> 8}.${i & 255}`).join('\n');
    expect(refusal(() => resolveMatch({ file: file('ranges.txt', ranges) })).message).toMatch(
      /lists more than 1000 ranges of addresses$/,
    );
    const open = Array.from({ length: 1001 }, (_, i) => `hex:41 ?? ${i.toString(16).padStart(4, '0')}`).join('\n');
    expect(refusal(() => resolveMatch({ file: file('open.txt', open) })).message).toMatch(
      /lists more than 1000 patterns with \?$/,
    );
    const long = Array.from({ length: 5000 }, (_, i) => `"${i}${'x'.repeat(4000)}"`).join('\n');
    expect(refusal(() => resolveMatch({ file: file('long.txt', long) })).message).toMatch(
      /lists more than 16777216 bytes of text$/,
    );
  });
});
