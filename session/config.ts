import { PcapshError } from '../src/errors.js';
import { checkZone } from '../src/time.js';
import { type Host, xdgFolder } from './host.js';

/** What `config.json5` in the XDG config folder may say, and `set` may change for a session. */
export interface Config {
  /** IANA name or "UTC": the zone in which times are shown and clock times are read. */
  zone: string;
  colour: 'auto' | 'on' | 'off';
  /** Lines of the prompt's history that are kept. */
  history: number;
}

export const DEFAULTS: Config = { zone: 'UTC', colour: 'auto', history: 1000 };

export const SETTINGS: { name: keyof Config; summary: string }[] = [
  { name: 'zone', summary: 'the zone in which times are shown' },
  { name: 'colour', summary: 'auto, on or off' },
  { name: 'history', summary: 'lines of history that are kept' },
];

/** The value of a setting from text (or from the file), checked. Throws an input error that says what it may be. */
export function readSetting<Name extends keyof Config>(name: Name, value: unknown): Config[Name] {
  if (name === 'zone') return checkZone(String(value)) as Config[Name];
  if (name === 'colour') {
    if (value === 'auto' || value === 'on' || value === 'off') return value as Config[Name];
    throw settingError(`colour is auto, on or off, not ${JSON.stringify(value)}`);
  }
  const lines = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof lines === 'number' && Number.isInteger(lines) && lines >= 0 && lines <= 1_000_000)
    return lines as Config[Name];
  throw settingError(`history is a number of lines from 0 to 1,000,000, not ${JSON.stringify(value)}`);
}

function settingError(message: string): PcapshError {
  return new PcapshError('setting', message, { kind: 'input' });
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
  return config as Config;
}
