import { hexDigits } from '../../src/bytes/big-endian.js';
import { dissection } from '../../src/decode/dissect.js';
import { knownProtocols } from '../../src/decode/known-protocols.js';
import type { Layer } from '../../src/decode/layer.js';
import { type FilePacket, readAllPackets, readCapturePackets } from '../support/capture-packets.js';
import { findCorpora } from '../support/corpus-packets.js';
import * as link from './emit/link.js';
import * as names from './emit/names.js';
import * as network from './emit/network.js';
import * as routing from './emit/routing.js';
import type { EmitRow } from './emit/row.js';
import * as security from './emit/security.js';
import * as transport from './emit/transport.js';
import * as web from './emit/web.js';

/** emit(view(bytes)) is the bytes, for every header of every corpus packet that is whole. PCAPSH_LAYERS=dns,tls tries only the rows of those layers. */

const GROUPS = [link, routing, network, transport, names, security, web];
const wanted = process.env.PCAPSH_LAYERS?.split(',');
const EXAMPLE = 'examples/office.pcapng';

const ROWS = new Map<string, EmitRow[]>();
for (const row of GROUPS.flatMap(({ EMITS }) => EMITS)) {
  if (wanted !== undefined && !wanted.includes(row.layer)) continue;
  const list = ROWS.get(row.layer) ?? [];
  ROWS.set(row.layer, list);
  list.push(row);
}

/** Where the headers of a layer stand: itself, or the fields that are one each. */
function placesOf(layer: Layer, { each }: EmitRow): { start: number; end: number }[] {
  if (each === undefined) return [layer];
  return layer.fields.filter(({ name }) => (typeof each === 'string' ? name === each : each.test(name)));
}

/** null: as it should be, or not whole. */
function wrong(
  { data, linkType }: FilePacket,
  layer: Layer,
  row: EmitRow,
  { start, end }: { start: number; end: number },
): string | null {
  const emitted = row.rewrite(data, start, end, linkType);
  if (emitted === null) return layer.problem === null ? 'no view' : null;
  const length = Math.min(emitted.length, end - start);
  const isSame = hexDigits(emitted, 0, length) === hexDigits(data, start, start + length);
  // Where lengths disagree the header may reach further than the layer does.
  const isWhole = layer.problem !== null || (row.part ? emitted.length <= end - start : emitted.length === end - start);
  if (isSame && isWhole) return null;
  return `${hexDigits(emitted, 0, emitted.length)} beside ${hexDigits(data, start, end)}`;
}

const corpora = findCorpora('headers emitted as they were viewed');

(corpora === null ? test.skip : test)('headers are emitted as they were viewed', () => {
  const counts = new Map<string, number>();
  const without = new Set<string>();
  const faults: string[] = [];
  for (const packet of [...readAllPackets(corpora!, Infinity), ...readCapturePackets(EXAMPLE, EXAMPLE, Infinity)]) {
    for (const layer of dissection(packet.data, packet.linkType, packet.originalLength).layers) {
      if (!ROWS.has(layer.name)) without.add(layer.name);
      for (const row of ROWS.get(layer.name) ?? []) {
        for (const place of placesOf(layer, row)) {
          const fault = wrong(packet, layer, row, place);
          if (fault !== null) faults.push(`${packet.name} ${layer.name}: ${fault}`);
          counts.set(layer.name, (counts.get(layer.name) ?? 0) + 1);
        }
      }
    }
  }
  const shown = [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  console.info(`headers emitted as they were viewed: ${shown}; without a row: ${[...without].join(' ')}`);
  expect(faults.slice(0, 20)).toEqual([]);
  // Raw IP has no header of its own; what is only known by name has none that is read.
  const decoded = knownProtocols().filter((one) => one.decoded && one.name !== 'raw');
  if (wanted === undefined) expect(decoded.filter(({ name }) => without.has(name)).map(({ name }) => name)).toEqual([]);
});
