import { dirname, resolve } from 'node:path';
import { COLUMN_NAMES, type ColumnName, TIME_FORMATS, type TimeFormat } from '../commands/packet-view.js';
import { didYouMean } from '../commands/suggest.js';
import { PcapshError } from '../src/errors.js';
import { checkZone } from '../src/time.js';
import { type Host, xdgFolder } from './host.js';
import { readHosts } from './hosts.js';

/** What `config.json5` in the XDG config folder may say, and `set` may change for a session. */
export interface Config {
  /** IANA name or "UTC": the zone in which times are shown and clock times are read. */
  zone: string;
  colour: 'auto' | 'on' | 'off';
  /** Lines of the prompt's history that are kept. */
  history: number;
  /** What is shown of a packet in a list; null: what fits. */
  columns: readonly ColumnName[] | null;
  /** How its time is shown. */
  time: TimeFormat;
  /** A file of names for addresses, absolute; null: none. */
  hosts: string | null;
  /** Whether names stand for addresses in lists. */
  names: 'on' | 'off';
}

export const DEFAULTS: Config = {
  zone: 'UTC',
  colour: 'auto',
  history: 1000,
  columns: null,
  time: 'absolute',
  hosts: null,
  names: 'on',
};

/** What gives a setting that may have no value none. */
const NO_COLUMNS = 'default';
const NO_HOSTS = 'none';

export interface Setting {
  name: keyof Config;
  summary: string;
  /** Words that its value may be, for completion. */
  values?: readonly string[];
  /** Several of them, with commas. */
  list?: true;
}

export const SETTINGS: readonly Setting[] = [
  { name: 'zone', summary: 'the zone in which times are shown' },
  {
    name: 'time',
    summary: `times in lists of packets: ${TIME_FORMATS.join(', ')}`,
    values: TIME_FORMATS,
  },
  {
    name: 'columns',
    summary: `what lists of packets show: names with commas, or ${NO_COLUMNS}`,
    values: [NO_COLUMNS, ...COLUMN_NAMES],
    list: true,
  },
  { name: 'hosts', summary: `names for addresses: a file as hosts(5), or ${NO_HOSTS}` },
  { name: 'names', summary: 'names instead of addresses in lists: on or off', values: ['on', 'off'] },
  { name: 'colour', summary: 'auto, on or off', values: ['auto', 'on', 'off'] },
  { name: 'history', summary: 'lines of history that are kept' },
];

type Readers = { [Name in keyof Config]: (value: unknown) => Config[Name] };

const READERS: Readers = {
  zone: (value) => checkZone(String(value)),
  colour: (value) => oneOf('colour', ['auto', 'on', 'off'], value),
  names: (value) => oneOf('names', ['on', 'off'], value),
  time: (value) => oneOf('time', TIME_FORMATS, value),
  columns(value) {
    if (value === null || value === NO_COLUMNS) return null;
    const names = Array.isArray(value) ? value : String(value).split(',');
    return [...new Set(names.map((name) => oneOf('columns', COLUMN_NAMES, name)))];
  },
  hosts(value) {
    if (value === null || value === NO_HOSTS) return null;
    if (typeof value === 'string' && value !== '') return value;
    throw settingError(`hosts is the path of a file, or ${NO_HOSTS}, not ${JSON.stringify(value)}`);
  },
  history(value) {
    const lines = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof lines === 'number' && Number.isInteger(lines) && lines >= 0 && lines <= 1_000_000) return lines;
    throw settingError(`history is a number of lines from 0 to 1,000,000, not ${JSON.stringify(value)}`);
  },
};

/** The value of a setting from text (or from the file), checked. Throws an input error that says what it may be. */
export function readSetting<Name extends keyof Config>(name: Name, value: unknown): Config[Name] {
  return READERS[name](value);
}

/** The value of a setting as `set` takes it. */
export function settingText(config: Config, name: keyof Config): string {
  const value = config[name];
  if (value === null) return name === 'columns' ? NO_COLUMNS : NO_HOSTS;
  return typeof value === 'object' ? value.join(',') : String(value);
}

function oneOf<Word extends string>(name: string, words: readonly Word[], value: unknown): Word {
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  const said = JSON.stringify(value);
  if (name === 'columns')
    throw settingError(`there is no column ${said}`, didYouMean(String(value), words, `there are ${words.join(' ')}`));
  throw settingError(
    `${name} is ${words.slice(0, -1).join(', ')} or ${words.at(-1)}, not ${said}`,
    didYouMean(String(value), words),
  );
}

function settingError(message: string, hint?: string): PcapshError {
  return new PcapshError('setting', message, { kind: 'input', hint });
}

/** Reads the configuration; a file that is wrong is reported through `complain`, and the defaults hold for what it does not say rightly. */
export async function readConfig(host: Host, complain: (message: string) => void): Promise<Config> {
  const path = `${xdgFolder(host, 'config')}/config.json5`;
  const config: Record<keyof Config, unknown> = { ...DEFAULTS };
  let text: string | null = null;
  let said: unknown = {};
  try {
    text = host.files.read(path);
    if (text !== null) said = (await import('json5')).default.parse(text);
  } catch (error) {
    complain(`${path}: ${(error as Error).message}`);
  }
  if (typeof said !== 'object' || said === null) {
    complain(`${path}: an object is expected`);
    said = {};
  }
  for (const [name, value] of Object.entries(said as Record<string, unknown>)) {
    try {
      if (!SETTINGS.some((setting) => setting.name === name)) throw settingError(`there is no setting "${name}"`);
      config[name as keyof Config] = readSetting(name as keyof Config, value);
    } catch (error) {
      complain(`${path}: ${(error as Error).message}`);
    }
  }
  const read = config as Config;
  if (read.hosts !== null) {
    try {
      read.hosts = resolve(dirname(path), read.hosts);
      readHosts(host, read.hosts);
    } catch (error) {
      complain(`${path}: ${(error as Error).message}`);
      read.hosts = null;
    }
  }
  return read;
}
