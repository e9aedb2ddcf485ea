import fc from 'fast-check';
import { createOutline, outline } from '../../src/decode/outline.js';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { openReaderSync } from '../../src/formats/reader.js';
import { NO_FLOW, RowFlag, type Segment } from '../../src/table/columns.js';
import { IndexPass } from '../../src/table/index-pass.js';
import { buildPcap } from '../support/build-capture.js';
import { ethernet, ipv4, ipv6, join, udp } from '../support/frames.js';

/** What the hot loop makes of packets, beside what the general walk says of them. */

function tcp(payload: number, options = 0): Uint8Array {
  const header = new Uint8Array(20 + options + payload);
  header.set([0x9c, 0x40, 0x01, 0xbb]);
  header[12] = (5 + options / 4) << 4;
  header[13] = 0x18;
  return header;
}

const PLAIN: readonly Uint8Array[] = [
  ethernet(0x0800, ipv4({ protocol: 6, payload: tcp(9) })),
  ethernet(0x0800, ipv4({ protocol: 6, payload: tcp(0, 12) })),
  ethernet(0x0800, ipv4({ protocol: 17, payload: udp(new Uint8Array(3)) })),
  ethernet(0x0800, join(ipv4({ protocol: 17, payload: udp(new Uint8Array(0)) }), new Uint8Array(18))),
  ethernet(0x86dd, ipv6(6, tcp(5))),
  ethernet(0x86dd, ipv6(17, udp(new Uint8Array(1)))),
  ethernet(0x86dd, join(ipv6(17, udp(new Uint8Array(0))), new Uint8Array(4))),
];

/** A plain frame, cut or with some bytes of its headers changed: most are no longer plain. */
const frames = fc
  .record({
    base: fc.constantFrom(...PLAIN),
    changes: fc.array(fc.tuple(fc.nat(75), fc.constantFrom(0, 1, 4, 5, 6, 8, 17, 0x20, 0x45, 0x60, 0x81, 0xff)), {
      maxLength: 2,
    }),
    kept: fc.option(fc.nat(80)),
    missing: fc.nat(3),
  })
  .map(({ base, changes, kept, missing }) => {
    const data = base.slice(0, kept ?? base.length);
    for (const [at, value] of changes) if (at < data.length) data[at] = value;
    return { data, original: data.length + missing };
  });

function indexed(packets: readonly { data: Uint8Array; original: number }[], rows: number) {
  const segments: Segment[] = [];
  const pass = new IndexPass({
    mostRows: Number.POSITIVE_INFINITY,
    onSegment: (segment) => segments.push(segment),
  });
  const records = packets.map(({ data, original }, i) => ({
    seconds: i + 1,
    fraction: 0,
    data,
    originalLength: original,
  }));
  const reader = openReaderSync(openMemorySource(buildPcap({ records })), { rows });
  for (let batch = reader.nextSync(); batch !== null; batch = reader.nextSync()) pass.add(batch, reader.description);
  pass.finish();
  return { pass, segments };
}

describe('rows of plain packets', () => {
  it('say what the general walk says of any packet', () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 150 }), fc.integer({ min: 1, max: 99 }), (list, rows) => {
        const { pass, segments } = indexed(list, rows);
        const { flows, addresses } = pass.flows.toColumns();
        const o = createOutline();
        list.forEach(({ data, original }, row) => {
          const [s] = segments;
          outline(data, 0, data.length, 1, o);
          const key = s.flow[row];
          const flow = key >>> 1;
          const ends = key === NO_FLOW ? [] : [flows.low[flow], flows.high[flow]];
          if ((key & 1) === 1) ends.reverse();
          const ports = [flows.lowPort[flow], flows.highPort[flow]];
          if ((key & 1) === 1) ports.reverse();
          expect({
            flags: s.flags[row],
            protocol: s.protocol[row],
            tcpFlags: s.tcpFlags[row],
            payloadOffset: s.payloadOffset[row],
            payloadLength: s.payloadLength[row],
            etherType: pass.encapsulations.entries[s.encapsulation[row]].etherType,
            ends: ends.flatMap((ordinal) => [...addresses.words.subarray(4 * ordinal, 4 * ordinal + 4)]),
            ports: key === NO_FLOW ? [] : ports,
          }).toEqual({
            flags: o.flags | (data.length < original ? RowFlag.truncated : 0),
            protocol: o.protocol,
            tcpFlags: o.tcpFlags,
            payloadOffset: o.payloadOffset,
            payloadLength: o.payloadLength,
            etherType: o.etherType,
            ends: o.hasAddresses === 1 ? [...o.addresses] : [],
            ports: o.hasAddresses === 1 ? [o.sourcePort, o.destinationPort] : [],
          });
        });
      }),
      { numRuns: 150 },
    );
  });

  it('are read to the last byte of the file', () => {
    const last = ethernet(0x0800, ipv4({ protocol: 17, payload: udp(new Uint8Array(0)) }));
    const { segments } = indexed([{ data: last, original: last.length }], 8);
    expect([segments[0].protocol[0], segments[0].payloadOffset[0]]).toEqual([17, 42]);
  });
});
