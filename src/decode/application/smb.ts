import { type Application, Likeness } from '../application.js';
import { hasMark } from './smb-transport.js';

/** Server Message Block, version 1, known by name: MS-CIFS section 2.2.3.1, whose header begins with 0xFF and "SMB". */

const MARK = 0xff;
const HEADER = 32;

export const smb: Application = {
  name: 'smb',
  title: 'SMB',
  specification: 'MS-CIFS section 2.2.3.1',
  tcp: {
    ports: [445],
    leads: [0, MARK],
    recognize: (bytes, start, end) => (hasMark(bytes, start, end, MARK, HEADER) ? Likeness.sure : Likeness.no),
  },
};
