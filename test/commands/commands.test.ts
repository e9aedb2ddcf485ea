import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import type { Desk } from '../../commands/desk.js';
import { argumentLabel, helpFor, helpOverview, usage } from '../../commands/help-text.js';
import { commands, findCommand } from '../../commands/index.js';
import { parsePacketNumbers } from '../../commands/packet-number.js';
import { baseName, expandPaths, hasCaptureExtension } from '../../commands/paths.js';
import { didYouMean, nearest } from '../../commands/suggest.js';
import { diskFiles } from '../../session/host.js';
import { enterFolder, sit } from '../session/fixture.js';

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

describe('paths', () => {
  test('folders and patterns become their captures, in order', () => {
    mkdirSync('d/sub/deep', { recursive: true });
    mkdirSync('d/x.pcap');
    for (const name of [
      'd/b.pcap',
      'd/a.pcapng.gz',
      'd/n.txt',
      'd/.h.pcap',
      'd/sub/c.cap.zst',
      'd/sub/deep/e.pcap',
      'odd[1].pcap',
    ])
      writeFileSync(name, '');
    const expand = (...paths: string[]): string[] => expandPaths(paths, diskFiles);
    expect(expand('d')).toEqual(['d/.h.pcap', 'd/a.pcapng.gz', 'd/b.pcap']);
    expect(expand('d/')).toEqual(['d/.h.pcap', 'd/a.pcapng.gz', 'd/b.pcap']);
    expect(expand('d/*')).toEqual(['d/a.pcapng.gz', 'd/b.pcap', 'd/n.txt']);
    expect(expand('d/?.pcap')).toEqual(['d/b.pcap']);
    expect(expand('d/[a-b].pcap*')).toEqual(['d/a.pcapng.gz', 'd/b.pcap']);
    expect(expand('d/[!b].pcap*')).toEqual(['d/a.pcapng.gz']);
    expect(expand('d/.*')).toEqual(['d/.h.pcap']);
    expect(expand('**/*.pcap')).toEqual(['odd[1].pcap', 'd/b.pcap', 'd/sub/deep/e.pcap']);
    expect(expand('d/*/c*')).toEqual(['d/sub/c.cap.zst']);
    expect(expand(`${process.cwd()}/d/b.*`)).toEqual([`${process.cwd()}/d/b.pcap`]);
    expect(expand('odd[1].pcap', '-', 'gone.pcap')).toEqual(['odd[1].pcap', '-', 'gone.pcap']);
    expect(() => expand('d/*.zip')).toThrow('no file matches d/*.zip');
    expect(() => expand('nowhere/*')).toThrow('no file matches nowhere/*');
    expect(() => expand('d/[z-a].pcap')).toThrow('no file matches');
    expect(() => expand('d/sub/deep/[')).toThrow('no file matches');
    mkdirSync('empty');
    expect(() => expand('empty')).toThrow('the folder empty holds no capture');
  });

  test('extensions and names', () => {
    expect(['a.pcap', 'A.PCAPNG', 'x.cap.gz', 'x.pcap.zst', 'x.gz', 'pcap'].map(hasCaptureExtension)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(['d/tail.pcap.gz', 'a.b.pcapng', 'dir/', 'x'].map(baseName)).toEqual(['tail', 'a.b', 'dir', 'x']);
  });
});

describe('packet numbers', () => {
  test('N, #N, FILE:N, and ranges', () => {
    expect(parsePacketNumbers('812')).toEqual({ file: null, from: 812, to: 812 });
    expect(parsePacketNumbers('2:812')).toEqual({ file: 2, from: 812, to: 812 });
    expect(parsePacketNumbers('#3')).toEqual({ file: null, from: 3, to: 3 });
    expect(parsePacketNumbers('3..9')).toEqual({ file: null, from: 3, to: 9 });
    expect(parsePacketNumbers('2:3..9')).toEqual({ file: 2, from: 3, to: 9 });
    expect(parsePacketNumbers('3-9')).toEqual({ file: null, from: 3, to: 9 });
    for (const text of ['x', '1.5', '-1', '1:2:3', '1..', '..2', ''])
      expect(() => parsePacketNumbers(text)).toThrow(`not "${text}"`);
    for (const text of ['0', '0..3'])
      expect(() => parsePacketNumbers(text)).toThrow('packet numbers begin at 1, not 0');
    expect(() => parsePacketNumbers('9..3')).toThrow('a range goes upwards: 3..9, not 9..3');
  });

  test('with several files a bare number is an error; a file that is not there is named', async () => {
    const sitting = sit();
    copyFileSync('examples/office.pcapng', 'copy.pcapng');
    await sitting.run('two = load examples/office.pcapng copy.pcapng');
    const failed = async (line: string): Promise<string | undefined> => (await sitting.run(line))?.error?.message;
    expect(await failed('two | show 3')).toBe('2 files are loaded: packet 3 of which?');
    expect(await failed('two | show 3:1')).toBe('there is no file 3: there are 2 files');
    expect((await sitting.run('two | show 2:3'))!.results[0]).toMatchObject({
      kind: 'packet',
      packets: [{ packet: { number: 3, file: 2 } }],
    });
    await sitting.run('one = load examples/office.pcapng');
    expect(await failed('one | show 2:1')).toBe('there is no file 2: there is one file');
    expect(await failed('one | show 999999')).toBe('packet 999999 is not in this handle');
    expect(await failed('one | filter arp | show 1')).toBe('packet 1 is not in this handle');
    expect((await sitting.run('one | show 1:1'))!.error).toBeNull();
    await sitting.workspace.close();
  });
});

describe('help', () => {
  test('usage and labels', () => {
    expect(usage(findCommand('flows')!)).toBe('flows [--top N] [--by bytes|packets] [--unidirectional]');
    expect(usage(findCommand('load')!)).toBe('load FILE…');
    expect(usage(findCommand('write')!)).toContain('[--output FILE]…');
    expect(
      argumentLabel({ name: 'index', flag: true, type: 'choice', choices: ['a', 'b'], bare: 'a', summary: '' }),
    ).toBe('--index [a|b]');
  });

  test('overview and one command', () => {
    const overview = helpOverview(commands);
    expect(overview.about === 'everything' && overview.groups.map((group) => group.group)).toEqual([
      'source',
      'select',
      'view',
      'sink',
      'session',
    ]);
    expect(helpFor('note', commands)).toMatchObject({ about: 'command', usage: 'note TEXT' });
    expect(() => helpFor('nope', commands)).toThrow('there is no command "nope"');
  });

  test('names that were probably meant', () => {
    expect(nearest('cuont', ['count', 'stats'])).toBe('count');
    expect(nearest('hist', ['history', 'head'])).toBe('history');
    expect(nearest('he', ['help', 'head'])).toBeNull();
    expect(didYouMean('zzzz', ['count'], 'other')).toBe('other');
    expect(didYouMean('cont', ['count'])).toBe('did you mean count?');
  });
});

describe('commands by themselves', () => {
  test('note tells the desk', async () => {
    const notes: string[] = [];
    const desk = { note: (text: string) => notes.push(text) } as unknown as Desk;
    await findCommand('note')!.run(null, { text: { text: 'a | b', place: () => 0 } }, { desk, whole: false });
    expect(notes).toEqual(['a | b']);
  });

  test('write gathers the reports of several targets; show of rows; heads and tails show what they keep', async () => {
    const sitting = sit();
    await sitting.run('office = load examples/office.pcapng');
    const written = await sitting.run('office | filter arp | write a.pcap -o b.pcap --allow-loss');
    expect(written!.results[0]).toMatchObject({
      kind: 'written',
      report: { files: [{ path: 'a.pcap' }, { path: 'b.pcap' }] },
    });
    const { report } = written!.results[0] as { report: { losses: string[] } };
    expect(new Set(report.losses).size).toBe(report.losses.length);
    const rows = async (line: string): Promise<number> =>
      ((await sitting.run(line))!.results[0] as { rows: unknown[] }).rows.length;
    expect(await rows('office | head')).toBe(10);
    expect(await rows('office | head 30')).toBe(30);
    expect(await rows('office | tail 12')).toBe(12);
    expect(await rows('office | tail')).toBe(10);
    expect(await rows('office | nth 3')).toBe(1);
    expect(await rows('office')).toBe(20);
    expect(await rows('office | preview 0')).toBe(0);
    expect(await rows('office | preview')).toBe(20);
    await sitting.run('office | write');
    expect(sitting.outcomes.at(-1)!.error!.message).toBe('write needs FILE: the name of the new capture');
    await sitting.workspace.close();
  });
});
