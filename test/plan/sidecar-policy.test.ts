import { openMemorySource } from '../../src/formats/memory-source.js';
import type { ByteSource } from '../../src/formats/source.js';
import { KEPT_BYTES, keepsIndex, sidecarPath } from '../../src/plan/sidecar-policy.js';

function plainFile(path: string, inode = 5): ByteSource {
  const identity = { device: 1, inode, size: 0, modifiedNanoseconds: 0n };
  return { ...openMemorySource(new Uint8Array(0)), path, identity };
}

describe('the place of a sidecar', () => {
  const source = plainFile('/evidence/a.pcap');

  test('is in the XDG cache folder, named after path, device and inode', () => {
    const path = sidecarPath(source, 'cache', { XDG_CACHE_HOME: '/cache', HOME: '/home/me' });
    expect(path).toMatch(/^\/cache\/pcapsh\/[0-9a-f]{40}\.pcapsh-index$/);
    expect(sidecarPath(plainFile('/evidence/a.pcap', 6), 'cache', { XDG_CACHE_HOME: '/cache' })).not.toBe(path);
    expect(sidecarPath(plainFile('/evidence/b.pcap'), 'cache', { XDG_CACHE_HOME: '/cache' })).not.toBe(path);
  });

  test('is in ~/.cache where no absolute folder is named', () => {
    for (const environment of [{ HOME: '/home/me' }, { HOME: '/home/me', XDG_CACHE_HOME: 'relative' }])
      expect(sidecarPath(source, 'cache', environment)).toMatch(/^\/home\/me\/\.cache\/pcapsh\//);
    expect(sidecarPath(source, 'cache', {})).toMatch(/^\/\.cache\/pcapsh\//);
  });

  test('is beside the capture when asked for', () => {
    expect(sidecarPath(source, 'beside', {})).toBe('/evidence/a.pcap.pcapsh-index');
  });

  test('is nowhere for none, and for what is no plain file', () => {
    expect(sidecarPath(source, 'none', {})).toBeNull();
    expect(sidecarPath({ ...source, seekable: false }, 'beside', {})).toBeNull();
    expect(sidecarPath({ ...source, compression: 'gzip' }, 'beside', {})).toBeNull();
    expect(sidecarPath({ ...source, identity: null }, 'beside', {})).toBeNull();
    expect(sidecarPath({ ...source, path: null }, 'beside', {})).toBeNull();
  });
});

test.each([
  // interactive, writeIndex, size, replaces, kept
  [false, false, 1e12, true, false],
  [false, true, 1, false, true],
  [true, true, KEPT_BYTES, false, false],
  [true, true, KEPT_BYTES + 1, false, true],
  [true, true, 1, true, true],
  [true, false, 1e12, false, false],
])('interactive %s, writing %s, %d bytes, replacing %s: kept %s', (interactive, writeIndex, size, replaces, kept) => {
  expect(keepsIndex(size, { interactive, writeIndex }, replaces)).toBe(kept);
});
