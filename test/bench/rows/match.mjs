// Lists of 10,000 indicators over a capture, the whole process. Nothing of them is in the captures: every packet is looked at in vain.
import { createHash } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program, time } from '../measure.mjs';

export const name = 'match';
export const captures = ['imix', 'small'];

const INDICATORS = 10_000;
/** Bytes a second that are to be reached. */
const PASS = 300e6;
const AIM = 600e6;

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
let state = 1;
/** The same numbers in every run. */
function below(limit) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % limit;
}
const word = (length) => Array.from({ length }, () => letters[below(letters.length)]).join('');
const address = () => `203.${below(256)}.${below(256)}.${below(256)}`;
const KINDS = {
  addresses: () => address(),
  networks: () => `198.${below(256)}.${below(256)}.0/${24 + below(8)}`.replace(/\.0\/.*/, '.0/24'),
  names: () => `${word(8)}.${word(5)}.example`,
  texts: () => `"${word(8 + below(16))}"`,
  'SHA-256 of payloads': () => createHash('sha256').update(word(9)).digest('hex'),
};
const LISTS = {
  'addresses, networks, names, texts': ['addresses', 'addresses', 'networks', 'names', 'texts'],
  texts: ['texts'],
  'SHA-256 of payloads': ['SHA-256 of payloads'],
};

export function measure({ capture: { path }, runs, folder, env }) {
  const { size } = statSync(path);
  return Object.entries(LISTS).map(([kind, kinds]) => {
    const file = join(folder, 'indicators.txt');
    const lines = new Set();
    for (let i = 0; lines.size < INDICATORS; i++) lines.add(KINDS[kinds[i % kinds.length]]());
    writeFileSync(file, [...lines].join('\n'));
    const command = [...program, 'match', path, '--file', file, '--index=none', '--json'];
    const ours = Array.from({ length: runs }, () => time(command, { env }));
    const rate = size / (Math.min(...ours) / 1000) / 1e6;
    const note = `${rate.toFixed(0)} MB/s at best`;
    return {
      work: `10,000 indicators: ${kind}`,
      unit: 'ms',
      ours,
      theirs: null,
      pass: (size / PASS) * 1000,
      aim: (size / AIM) * 1000,
      note,
    };
  });
}
