import type { Layer } from '../src/decode/layer.js';
import type { ArgumentSpec } from './command.js';

/** How a list of packets is shown: what can be chosen of it, and the flags that choose. */

/** Columns by name, with their titles. */
export const COLUMN_TITLES = {
  number: '#',
  file: 'file',
  time: 'time',
  delta: 'delta',
  relative: 'relative',
  source: 'source',
  destination: 'destination',
  protocol: 'proto',
  application: 'application',
  length: 'len',
  captured: 'captured',
  info: 'info',
  flow: 'flow',
  interface: 'interface',
  direction: 'direction',
  protocols: 'protocols',
  comment: 'comment',
  matched: 'matched',
} as const;

export type ColumnName = keyof typeof COLUMN_TITLES;
export const COLUMN_NAMES = Object.keys(COLUMN_TITLES) as ColumnName[];

/** Clock time in the session's zone, seconds since the first packet of the capture, or seconds since the packet shown before. */
export const TIME_FORMATS = ['absolute', 'relative', 'delta'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** What a command says about how its packets are to be shown; what it leaves open the settings say. */
export interface PacketView {
  rows?: number;
  columns?: readonly ColumnName[];
  time?: TimeFormat;
}

/** Flags of commands whose packets are shown. */
export const PACKET_VIEW_FLAGS = [
  {
    name: 'columns',
    flag: true,
    type: 'choice',
    list: true,
    choices: COLUMN_NAMES,
    listedBy: 'help preview lists them',
    placeholder: 'NAMES',
    summary: `what to show of a packet, with commas: ${COLUMN_NAMES.join(' ')}`,
  },
  {
    name: 'time',
    flag: true,
    type: 'choice',
    choices: TIME_FORMATS,
    summary: 'clock time, seconds since the first packet, or since the packet shown before',
  },
] as const satisfies readonly ArgumentSpec[];

/** The layers of those names; null: all. */
export function shownLayers(layers: readonly Layer[], names: readonly string[] | null): readonly Layer[] {
  return names === null ? layers : layers.filter(({ name }) => names.includes(name));
}
