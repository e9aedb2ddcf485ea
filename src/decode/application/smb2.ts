import { type Application, Likeness } from '../application.js';
import { hasMark } from './smb-transport.js';

/** How SMB 2 and 3 are known: MS-SMB2 section 2.2.1, by the first four bytes of a header. */

export const Smb2Mark = { header: 0xfe, transform: 0xfd, compression: 0xfc } as const;

export function isSmb2(bytes: Uint8Array, start: number, end: number): boolean {
  const mark = bytes[start] === 0 ? (end - start > 4 ? bytes[start + 4] : 0) : bytes[start];
  if (mark !== Smb2Mark.header && mark !== Smb2Mark.transform && mark !== Smb2Mark.compression) return false;
  return hasMark(bytes, start, end, mark, 16);
}

export const smb2: Application = {
  name: 'smb2',
  title: 'SMB2',
  specification: 'MS-SMB2 section 2.2.1',
  tcp: {
    ports: [445],
    leads: [0, Smb2Mark.compression, Smb2Mark.transform, Smb2Mark.header],
    recognize: (bytes, start, end) => (isSmb2(bytes, start, end) ? Likeness.sure : Likeness.no),
  },
};
