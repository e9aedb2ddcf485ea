import { escapeText } from '../bytes/escape.js';
import type { BetweenBlock, PacketBatch } from '../formats/batch.js';
import type { ByteOrder, CaptureDescription, CaptureFormat, CaptureInterface } from '../formats/model.js';
import { MAGIC_MODIFIED } from '../formats/pcap/header.js';
import { BlockType, padded } from '../formats/pcapng/block.js';
import { InterfaceOption } from '../formats/pcapng/interface-description.js';
import { decodeOptions, OptionCode } from '../formats/pcapng/options.js';
import { PACKET_BLOCK_FIXED } from './block-options.js';
import { createLossTally, type LossTally } from './losses.js';

/** Options of an interface whose meaning a pcap header holds, or that are said apart. */
const HELD: ReadonlySet<number> = new Set([
  OptionCode.comment,
  InterfaceOption.timestampResolution,
  InterfaceOption.timestampOffset,
  InterfaceOption.fcsLength,
  InterfaceOption.name,
  InterfaceOption.description,
  InterfaceOption.filter,
]);

const BLOCK_NAMES: ReadonlyMap<number, readonly [string, string]> = new Map([
  [BlockType.nameResolution, ['name resolution block', 'name resolution blocks']],
  [BlockType.interfaceStatistics, ['interface statistics block', 'interface statistics blocks']],
  [BlockType.decryptionSecrets, ['block of decryption secrets', 'blocks of decryption secrets']],
  [BlockType.systemdJournal, ['journal entry', 'journal entries']],
  [BlockType.custom, ['custom block', 'custom blocks']],
  [BlockType.customNotCopied, ['custom block', 'custom blocks']],
]);

const comments = ['comment', 'comments'] as const;

/** What a description alone says will be lost: one sentence each, packets and blocks between them not counted. */
export function lossesOf(descriptions: readonly CaptureDescription[], format: CaptureFormat): string[] {
  const tally = createLossTally();
  for (const description of descriptions) {
    if (format === 'pcap') tallyDescription(description, tally);
    else tallyPcapHeader(description, tally);
  }
  return tally.needingConsent();
}

/** Fields of a pcap header and its records that pcapng has no place for. */
export function tallyPcapHeader(description: CaptureDescription, tally: LossTally): void {
  const header = description.pcap;
  if (header === null) return;
  if (header.zone !== 0) tally.say(`the time zone correction of ${header.zone} s`);
  if (header.accuracy !== 0) tally.say(`the timestamp accuracy of ${header.accuracy}`);
  if (header.magic === MAGIC_MODIFIED) tally.say('interface index, protocol and packet type of modified pcap records');
}

/** What the sections and interfaces of a pcapng hold beyond a pcap's header. */
export function tallyDescription(description: CaptureDescription, tally: LossTally): void {
  if (description.format !== 'pcapng') return;
  for (const section of description.sections) {
    for (const { code } of section.options) {
      if (code === OptionCode.comment) tally.count(...comments);
      else tally.say('hardware, system or application of the capture');
    }
  }
  const { interfaces } = description;
  tallyInterfaceTexts(interfaces, tally);
  if (interfaces.length > 1) tally.say(`the distinction of ${interfaces.length} interfaces`);
  for (const each of interfaces) {
    for (const { code } of each.options) {
      if (code === OptionCode.comment) tally.count(...comments);
      else if (!HELD.has(code)) tally.count('other interface option', 'other interface options');
    }
    if (each.fcsLength !== interfaces[0].fcsLength) tally.say('frame check sequences of different lengths');
    if (!fitsLinkWord(each.fcsLength)) tally.say(`a frame check sequence of ${each.fcsLength} bytes`);
  }
}

function tallyInterfaceTexts(interfaces: readonly CaptureInterface[], tally: LossTally): void {
  const told = (what: string, texts: (string | null)[]): void => {
    const present = [...new Set(texts)].filter((text) => text !== null);
    if (present.length === 0) return;
    const shown = present.slice(0, 8).map(escapeText).join(', ');
    tally.say(`interface ${what} (${shown}${present.length > 8 ? `, and ${present.length - 8} more` : ''})`);
  };
  told(
    'names',
    interfaces.map((each) => each.name),
  );
  told(
    'descriptions',
    interfaces.map((each) => each.description),
  );
  told(
    'filters',
    interfaces.map((each) => each.filter),
  );
}

/** The link-type word counts frame check sequences in 16-bit words, up to 15 of them. */
export function fitsLinkWord(fcsLength: number | null): boolean {
  return fcsLength === null || (fcsLength % 2 === 0 && fcsLength <= 30);
}

/** Counts a block that stands between packets. Section headers and interface descriptions are counted with the description. */
export function tallyBlock(block: BetweenBlock, tally: LossTally): void {
  if (block.type === BlockType.sectionHeader || block.type === BlockType.interfaceDescription) return;
  const [singular, plural] = BLOCK_NAMES.get(block.type) ?? ['block of unknown type', 'blocks of unknown type'];
  tally.count(singular, plural);
}

/** Counts what the options of packet `row`, a pcapng block, tell. */
export function tallyPacketOptions(batch: PacketBatch, row: number, byteOrder: ByteOrder, tally: LossTally): void {
  const fixed = PACKET_BLOCK_FIXED + padded(batch.length[row]);
  if (batch.recordLength[row] <= fixed) return;
  const end = batch.recordStart[row] + batch.recordLength[row] - 4;
  const { options } = decodeOptions(batch.bytes.subarray(batch.recordStart[row] + fixed - 4, end), byteOrder);
  for (const { code } of options) {
    if (code === OptionCode.comment) tally.count(...comments);
    else
      tally.count('other packet option (direction, hash, drops …)', 'other packet options (direction, hash, drops …)');
  }
}
