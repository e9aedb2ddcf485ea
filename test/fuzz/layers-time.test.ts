import { applications, recognizeApplication } from '../../src/decode/applications.js';
import { dissection } from '../../src/decode/dissect.js';
import type { Table } from '../../src/decode/dissector.js';
import { IpProtocol } from '../../src/decode/numbers.js';
import { findLayer, registryLists } from '../../src/decode/registry.js';
import { checkDissection } from '../support/check-dissection.js';
import { NASTY } from '../support/nasty.js';

/**
 * No packet costs more than its size: one of 64 KiB is compared with one of 16 KiB. Work that grows with the square would take sixteen times as long, and
 * where that is so little that the clock cannot tell, it does no harm either.
 */

const SMALL = 16 * 1024;
const LARGE = 4 * SMALL - 64;
/** Milliseconds below which nothing is compared: what collecting garbage may take beside other work. */
const HARMLESS = 150;
/** Between 4, in step with the size, and 16, with its square. */
const GROWTH = 11;

function milliseconds(run: () => void, times: number): number {
  let best = Infinity;
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** Fails when `run` of a large input takes more than its share of what a small one takes. */
function expectLinear(name: string, run: (size: number) => () => void): void {
  const [small, large] = [run(SMALL), run(LARGE)];
  if (milliseconds(large, 2) < HARMLESS) return;
  const [less, more] = [milliseconds(small, 5), milliseconds(large, 5)];
  if (more > HARMLESS && more > GROWTH * less) {
    throw new Error(`${name}: ${less.toFixed(1)} ms for ${SMALL} bytes, ${more.toFixed(1)} ms for ${LARGE}`);
  }
}

test.each(NASTY)('$name', ({ name, linkType, build }) => {
  expectLinear(name, (size) => {
    const bytes = build(size);
    return () => checkDissection(dissection(bytes, linkType), bytes.length);
  });
});

/** What is repeated behind the first bytes of any header: empty options, short lines, lengths that lie. */
const UNITS = [
  '00',
  'ff',
  '0100',
  '0001',
  '0002',
  '0004',
  '0102',
  '01010000',
  '00040004',
  '0a',
  '610a',
  '613a0d0a',
  '2020',
  '3080',
  '30820100',
  'c00c',
];

function repeated(unit: string, size: number): Uint8Array {
  return new Uint8Array(Buffer.alloc(size, unit, 'hex'));
}

/** Scopes for what expects a transport. */
const NETWORK = { family: 4, source: 0, destination: 4 } as const;

test('each decoder on repeated bytes', () => {
  for (const unit of UNITS) {
    const bytesOf = new Map([SMALL, LARGE].map((size) => [size, repeated(unit, size)]));
    for (const [table, list] of Object.entries(registryLists)) {
      for (const [key] of list) {
        expectLinear(`${table} ${key} on ${unit}`, (size) => {
          const bytes = bytesOf.get(size)!;
          const layer = findLayer(table as Table, key)!;
          const scope = { network: NETWORK, transport: null, fragment: false, quoted: false };
          return () => layer({ bytes, at: 16, end: bytes.length, wireEnd: bytes.length, cut: false, scope });
        });
      }
    }
  }
});

test('recognition looks at the beginning only', () => {
  const ports = applications.flatMap(([, { tcp, udp }]) => [...(tcp?.ports ?? []), ...(udp?.ports ?? [])]);
  for (const unit of UNITS) {
    const bytes = repeated(unit, LARGE);
    for (const protocol of [IpProtocol.tcp, IpProtocol.udp]) {
      for (const port of ports) {
        const spent = milliseconds(() => recognizeApplication(protocol, 40_001, port, bytes, 0, LARGE, LARGE), 3);
        if (spent > HARMLESS) throw new Error(`port ${port} on ${unit}: ${spent.toFixed(1)} ms`);
      }
    }
  }
});
