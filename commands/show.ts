import { PcapshError } from '../src/errors.js';
import type { NumberRange } from '../src/plan/packet-numbers.js';
import { declare } from './command.js';
import { type NumberArgument, parsePacketNumbers, rangeText } from './packet-number.js';
import type { ShownPacket } from './result.js';

/** Packets on a screen, unless told. */
const SHOWN = 10;
/** Packets of one answer as data: a line of JSON is made in memory. */
const MOST = 10_000;
/** Names of layers, once the decoders are loaded, which know them. */
let layerNames: readonly string[] = [];

export const show = declare({
  name: 'show',
  group: 'view',
  summary: 'packets by number: their layers field by field, and their bytes',
  args: [
    {
      name: 'numbers',
      type: 'text',
      many: true,
      required: true,
      placeholder: 'N…',
      summary: 'packet numbers and ranges (7 12..20); with several files FILE:N, as 2:812',
      check: parsePacketNumbers,
    },
    {
      name: 'layers',
      flag: true,
      type: 'choice',
      list: true,
      get choices() {
        return layerNames;
      },
      listedBy: 'help protocols lists them',
      placeholder: 'NAMES',
      summary: 'these layers alone, with commas: ip,tcp',
    },
    {
      name: 'limit',
      flag: true,
      type: 'integer',
      summary: `at most so many packets; ${SHOWN} on a screen, all in --json`,
    },
  ],
  examples: [
    { line: 'office | show 1', summary: 'the first packet of the file' },
    { line: 'office | show 65..67 --layers ip,udp', summary: 'two layers of three packets' },
  ],
  answers: 'packets field by field',
  input: 'packets',
  async prepare() {
    const known = await import('../src/decode/known-protocols.js');
    layerNames = known.layerNames();
  },
  async run(input, args, { signal, onProgress, whole, desk }) {
    const sources = await input.sources({ signal, onProgress });
    const files = sources.filter(({ compared }) => compared !== true).map(({ path }) => path);
    const ranges = args.numbers.map((text) => rangeOf(parsePacketNumbers(text), files));
    const limit = args.limit ?? (whole ? MOST : SHOWN);
    const { packets, more, missing } = await input.numbered(ranges, { signal, onProgress, limit });
    if (missing.length > 0) throw notThere(missing[0], files.length > 1);
    if (whole && more > 0 && args.limit === undefined) {
      throw new PcapshError(
        'show.too-many',
        `these are ${packets.length + more} packets, at most ${MOST} are one answer`,
        {
          kind: 'input',
          hint: '--limit N takes the first ones',
        },
      );
    }
    const { flowIdOf } = await import('../src/plan/packet-flow.js');
    const nameOf = desk.namesOf(input);
    const shown: ShownPacket[] = [];
    for (const packet of packets) {
      const { source, destination } = packet;
      shown.push({
        packet,
        flowId: await flowIdOf(packet),
        sourceName: source === null ? null : nameOf(source),
        destinationName: destination === null ? null : nameOf(destination),
      });
    }
    const layers = args.layers ?? null;
    return { kind: 'packet', packets: shown, several: files.length > 1, layers, more };
  },
});

/** The range of a file that is there. Where several are, it must be said which one. */
function rangeOf({ file, from, to }: NumberArgument, files: readonly string[]): NumberRange {
  const range = rangeText({ from, to });
  if (file === null && files.length > 1) {
    throw new PcapshError('show.which-file', `${files.length} files are loaded: packet ${range} of which?`, {
      kind: 'input',
      hint: `1:${range} is packet ${range} of ${files[0]}`,
    });
  }
  if (file !== null && (file === 0 || file > files.length)) {
    const held = files.length === 1 ? 'there is one file' : `there are ${files.length} files`;
    throw new PcapshError('show.no-file', `there is no file ${file}: ${held}`);
  }
  return { file: file ?? 1, from, to };
}

function notThere({ file, from, to }: NumberRange, several: boolean): PcapshError {
  const range = `${several ? `${file}:` : ''}${rangeText({ from, to })}`;
  const message = from === to ? `packet ${range} is not in this handle` : `no packet of ${range} is in this handle`;
  return new PcapshError('show.no-packet', message, {
    hint: 'packet numbers are those of the file; nth takes positions',
  });
}
