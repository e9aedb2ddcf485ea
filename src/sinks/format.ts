import { extname } from 'node:path';
import { PcapshError } from '../errors.js';
import type { CaptureFormat } from '../formats/model.js';

const FORMATS: Readonly<Record<string, CaptureFormat>> = {
  '.pcap': 'pcap',
  '.cap': 'pcap',
  '.pcapng': 'pcapng',
  '.ntar': 'pcapng',
};

/**
 * The capture format that is written to `path`: the one that was asked for, else that of the extension (in either case); `-` and devices have
 * none, so they take `fallback`, the format of the first source. Throws `write.format` for another extension and for another format.
 */
export function formatOfTarget(path: string, asked: string | undefined, fallback: CaptureFormat | null): CaptureFormat {
  if (asked !== undefined) {
    if (asked === 'pcap' || asked === 'pcapng') return asked;
    throw new PcapshError(
      'write.format',
      `format '${asked}' is not known, the formats of captures are pcap and pcapng`,
      {
        kind: 'input',
        hint: '--format pcap or --format pcapng',
      },
    );
  }
  if (fallback !== null) return fallback;
  const extension = extname(path).toLowerCase();
  const format = FORMATS[extension];
  if (format !== undefined) return format;
  const what = extension === '' ? 'has no extension' : `has the extension '${extension}'`;
  throw new PcapshError('write.format', `'${path}' ${what}, a capture's is .pcap, .cap, .pcapng or .ntar`, {
    kind: 'input',
    hint: 'name the file after its format, or give --format pcap or --format pcapng',
  });
}
