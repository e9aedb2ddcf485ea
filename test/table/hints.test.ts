import fc from 'fast-check';
import { applicationOf } from '../../src/decode/applications.js';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { openReaderSync } from '../../src/formats/reader.js';
import { ATTEMPTS } from '../../src/table/flow-table.js';
import { IndexPass } from '../../src/table/index-pass.js';
import { buildPcap } from '../support/build-capture.js';
import { ethernet, ipv4, udp } from '../support/frames.js';

/** What a flow carries is told by the first of its payloads that is recognized, among the first few. */

const text = (words: string): Uint8Array => new Uint8Array(Buffer.from(words, 'latin1'));
const DNS = Uint8Array.from(
  Buffer.from('123401000001000000000000076578616d706c65036f72670000010001'.replaceAll(' ', ''), 'hex'),
);
const NOISE = text('~~~ nothing that is known ~~~');
const NONE = new Uint8Array(0);

const packet = (payload: Uint8Array): Uint8Array => ethernet(0x0800, ipv4({ protocol: 17, payload: udp(payload) }));

/** `keep`: what is counted; the others are only looked at. */
function passOver(payloads: readonly Uint8Array[], keep: Uint8Array | null = null): IndexPass {
  const pass = new IndexPass({ mostRows: Number.POSITIVE_INFINITY });
  const records = payloads.map((payload, i) => ({ seconds: i, fraction: 0, data: packet(payload) }));
  const reader = openReaderSync(openMemorySource(buildPcap({ records })), { rows: 512 });
  for (let batch = reader.nextSync(); batch !== null; batch = reader.nextSync()) {
    const from = batch.number[0] - 1;
    pass.add(batch, reader.description, keep?.slice(from, from + batch.count) ?? null);
  }
  pass.finish();
  return pass;
}

function hintOf(pass: IndexPass): [name: string | undefined, attempts: number, payloads: number] {
  const { flows } = pass.flows.toColumns();
  return [applicationOf(flows.application[0])?.name, flows.attempts[0], flows.payloadPackets[0]];
}

describe('the application of a flow', () => {
  it('is told by the first payload that is recognized', () => {
    expect(hintOf(passOver([NONE, NOISE, DNS, NOISE, NONE]))).toEqual(['dns', 2, 3]);
    expect(hintOf(passOver([NOISE, NONE]))).toEqual([undefined, 1, 1]);
    expect(hintOf(passOver([NONE]))).toEqual([undefined, 0, 0]);
  });

  it('is not looked for behind the first few payloads', () => {
    const noise = (count: number): Uint8Array[] => Array.from({ length: count }, () => NOISE);
    expect(hintOf(passOver([...noise(ATTEMPTS - 1), DNS]))).toEqual(['dns', ATTEMPTS, ATTEMPTS]);
    expect(hintOf(passOver([...noise(ATTEMPTS), DNS]))).toEqual([undefined, ATTEMPTS, ATTEMPTS + 1]);
  });

  it('is known by packets that are not counted, too', () => {
    const pass = passOver([DNS, NOISE, NOISE], Uint8Array.of(0, 1, 0));
    expect(hintOf(pass)).toEqual(['dns', 1, 1]);
    expect(pass.flows.toColumns().flows.packets).toEqual(Uint32Array.of(1, 0));
    expect(pass.rows).toBe(1);
  });

  it('is the same however a capture is divided', () => {
    const payloads = fc.array(fc.constantFrom(DNS, NOISE, NOISE, NOISE, NONE), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(30), { maxLength: 3 }), (list, cuts) => {
        const places = [...new Set([0, ...cuts.map((cut) => Math.min(cut, list.length)), list.length])].sort(
          (a, b) => a - b,
        );
        const parts = places.slice(1).map((to, i) => passOver(list.slice(places[i], to)));
        const [first, ...rest] = parts;
        for (const part of rest) {
          const { flows, addresses } = part.flows.toColumns();
          first.flows.absorb(flows, addresses);
        }
        expect(hintOf(first)).toEqual(hintOf(passOver(list)));
      }),
    );
  });
});
