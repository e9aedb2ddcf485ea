import { PcapshError } from '../../src/errors.js';
import { createTarget } from '../../src/plan/target.js';
import { writeError } from '../../src/plan/write-error.js';

describe('the error of a target', () => {
  test.each([
    ['ENOSPC', 'write.no-space'],
    ['EDQUOT', 'write.no-space'],
    ['EROFS', 'write.permission'],
    ['EPIPE', 'write.closed'],
    ['EIO', 'write.failed'],
  ])('%s has the code %s, a sentence and a hint', (code, ours) => {
    const error = writeError('a.pcap', Object.assign(new Error('x'), { code }));
    expect(error).toMatchObject({
      code: ours,
      kind: 'failure',
      message: expect.stringMatching(/^'a\.pcap' cannot be written: \w/),
    });
    expect(error.hint).not.toBeNull();
  });

  test('one that is not known is told in its own words', () => {
    expect(writeError('-', new Error('odd')).message).toBe('standard output cannot be written: odd');
    expect(writeError('a', 'odd').message).toBe("'a' cannot be written: odd");
  });

  test('one of ours passes unchanged', () => {
    const own = new PcapshError('loss', 'x');
    expect(writeError('a', own)).toBe(own);
  });
});

describe('standard output as a target', () => {
  test('needs no extension and replaces nothing', () => {
    expect(createTarget('-')).toMatchObject({ kind: 'stream', format: 'pcap', existing: null });
  });
});
