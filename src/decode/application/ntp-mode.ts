import { field } from '../dissector.js';
import type { Field } from '../layer.js';

const LEAPS = ['no warning', 'last minute has 61 seconds', 'last minute has 59 seconds', 'unknown'];

export const MODE_NAMES = [
  'reserved',
  'symmetric active',
  'symmetric passive',
  'client',
  'server',
  'broadcast',
  'NTP control message',
  'private use',
];

export function modeField(bytes: Uint8Array, at: number): Field {
  return field('Mode', at, 1, bytes[at] & 7, `${MODE_NAMES[bytes[at] & 7]} (${bytes[at] & 7})`);
}

export function versionField(bytes: Uint8Array, at: number): Field {
  return field('VN', at, 1, (bytes[at] >>> 3) & 7);
}

export function leapField(bytes: Uint8Array, at: number): Field {
  const value = bytes[at] >>> 6;
  return field('LI', at, 1, value, `${LEAPS[value]} (${value})`);
}
