import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { openFileWriter } from '../../src/plan/file-writer.js';
import { createTarget } from '../../src/plan/target.js';
import { createVerifier } from '../../src/plan/verify.js';
import { runVerifyJob } from '../../src/plan/verify-job.js';
import '../../src/plan/verify-worker.js';
import {
  block,
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  obsoletePacket,
  sectionHeader,
  simplePacket,
} from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const at = useTemporaryFolder();
const data = frame({ payload: 3 });
const records = Array.from({ length: 5 }, (_, seconds) => ({ seconds, fraction: 0, data }));
const pcaps = [{}, { big: true }, { magic: 0xa1b2cd34 }].map((file) => buildPcap({ ...file, records }));
const pcapng = concatBytes([
  ...[false, true].flatMap((big) => [
    sectionHeader([], big),
    interfaceBlock(1, 0, [], big),
    enhancedPacket(data, 1n, { big }),
    simplePacket(data, data.length, big),
    obsoletePacket(data, 1n, 0, 0, big),
  ]),
]);

describe('verifier', () => {
  test('counts and hashes the same however the bytes are cut', () => {
    const files = [...pcaps.map((bytes) => ['pcap', bytes, 5] as const), ['pcapng', pcapng, 6] as const];
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        ([format, bytes, packets], cuts) => {
          const verifier = createVerifier(format);
          let from = 0;
          for (let index = 0; from < bytes.length; index++) {
            const to = Math.min(bytes.length, from + cuts[index % cuts.length]);
            verifier.take(bytes.subarray(from, to));
            from = to;
          }
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          expect(verifier.finish()).toEqual({ packets, bytes: bytes.length, sha256 });
        },
      ),
      { seed: 11 },
    );
  });

  test.each([
    ['pcap', pcaps[0].subarray(0, -1), '-1 bytes beyond a record'],
    ['pcap', pcaps[0].subarray(0, 30), '6 bytes beyond a record at the end'],
    ['pcap', new Uint8Array(30), 'no pcap header at byte 0'],
    ['pcapng', pcapng.subarray(0, -4), '-4 bytes beyond a record'],
    ['pcapng', concatBytes([sectionHeader(), new Uint8Array(20)]), 'a block of 0 bytes at byte 28'],
    ['pcapng', block(1, new Uint8Array(8)).fill(0xff, 16), 'a block with lengths 20 and 4294967295 at byte 16'],
  ] as const)('%s that does not read back (%#)', (format, bytes, message) => {
    const verifier = createVerifier(format);
    expect(() => {
      verifier.take(bytes);
      verifier.finish();
    }).toThrow(message);
  });

  test('the job of the worker: follows a file to its end, and answers what is wrong', () => {
    const control = new SharedArrayBuffer(8);
    new Int32Array(control)[1] = 1;
    writeFileSync(at('a'), pcapng);
    expect(runVerifyJob({ path: at('a'), format: 'pcapng', control })).toMatchObject({ verified: { packets: 6 } });
    expect(runVerifyJob({ path: at('a'), format: 'pcap', control })).toMatchObject({ code: 'write.verify' });
    expect(runVerifyJob({ path: at('none'), format: 'pcap', control })).toMatchObject({
      message: expect.stringContaining('ENOENT'),
    });
  });

  test('a file with other packets than were reported is not published', async () => {
    const writer = openFileWriter(createTarget(at('a.pcap')));
    writer.output.put(pcaps[0]);
    writer.output.flush();
    await expect(writer.finish({ packets: 6, bytes: pcaps[0].length })).rejects.toThrow('6 packets in');
    writer.discard();
  });
});
