import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkTypeName, linkTypeTitle } from '../../../src/decode/link/link-types.js';

test('assigned numbers have a name and a title, others their number', () => {
  expect([linkTypeName(1), linkTypeTitle(1)]).toEqual(['EN10MB', 'Ethernet']);
  expect([linkTypeName(276), linkTypeTitle(276)]).toEqual(['LINUX_SLL2', 'Linux cooked v2']);
  expect([linkTypeName(147), linkTypeTitle(162)]).toEqual(['147', 'Private use 15']);
  expect([linkTypeName(12_345), linkTypeTitle(12_345)]).toEqual(['12345', 'link type 12345']);
});

const manifest = join(process.env.PCAPSH_CORPORA ?? '../shared/corpora', 'dev', 'MANIFEST.tsv');
const present = existsSync(manifest);
if (!present) console.warn(`no corpora: ${manifest} is absent, link type names are not compared with tcpdump's`);

(present ? describe : describe.skip)('names as tcpdump prints them', () => {
  const [header, ...lines] = present ? readFileSync(manifest, 'utf8').trimEnd().split('\n') : [''];
  const column = header.split('\t').indexOf('tcpdump_linktype');
  const printed = [...new Set(lines.map((line) => line.split('\t')[column]))].filter((text) => text !== '');

  const known = new Set(Array.from({ length: 400 }, (_, linkType) => linkTypeName(linkType)));

  test('every one that the corpora hold is known', () => {
    const names = printed.filter((text) => !/^\d+$/.test(text));
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});
