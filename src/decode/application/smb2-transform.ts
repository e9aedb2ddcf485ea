import { hexNumber } from '../../bytes/big-endian.js';
import { little16, little32 } from '../../bytes/little-endian.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';

/** Headers before encrypted and compressed SMB3 messages: MS-SMB2 sections 2.2.41 and 2.2.42.1. */
export const Smb2Transform = {
  signature: 4,
  nonce: 20,
  originalMessageSize: 36,
  flags: 42,
  sessionId: 44,
  length: 52,
} as const;
export const Smb2Compression = { originalSize: 4, algorithm: 8, flags: 10, offset: 12, length: 16 } as const;

const ALGORITHM_NAMES: Readonly<Record<number, string>> = {
  0: 'NONE',
  1: 'LZNT1',
  2: 'LZ77',
  3: 'LZ77+Huffman',
  4: 'Pattern_V1',
  5: 'LZ4',
};

function markField(bytes: Uint8Array, at: number): Field {
  return { ...bytesField('ProtocolId', bytes, at, at + 4), text: `${hexNumber(bytes[at], 2)} SMB` };
}

function encryption(bytes: Uint8Array, at: number): Field[] {
  const session = Buffer.from(bytes.buffer, bytes.byteOffset + at + Smb2Transform.sessionId, 8).readBigUInt64LE();
  const plain = session <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(session) : session.toString();
  const flags = little16(bytes, at + Smb2Transform.flags);
  return [
    markField(bytes, at),
    bytesField('Signature', bytes, at + Smb2Transform.signature, at + Smb2Transform.nonce),
    bytesField('Nonce', bytes, at + Smb2Transform.nonce, at + Smb2Transform.originalMessageSize),
    field('OriginalMessageSize', at + Smb2Transform.originalMessageSize, 4, little32(bytes, at + 36)),
    field('Reserved', at + 40, 2, little16(bytes, at + 40)),
    field('Flags', at + Smb2Transform.flags, 2, flags, flags & 1 ? '0x0001 Encrypted' : hexNumber(flags, 4)),
    field('SessionId', at + Smb2Transform.sessionId, 8, plain, `0x${session.toString(16).padStart(16, '0')}`),
  ];
}

function compression(bytes: Uint8Array, at: number): Field[] {
  const algorithm = little16(bytes, at + Smb2Compression.algorithm);
  const flags = little16(bytes, at + Smb2Compression.flags);
  return [
    markField(bytes, at),
    field('OriginalCompressedSegmentSize', at + Smb2Compression.originalSize, 4, little32(bytes, at + 4)),
    field('CompressionAlgorithm', at + Smb2Compression.algorithm, 2, algorithm, named(ALGORITHM_NAMES, algorithm)),
    field('Flags', at + Smb2Compression.flags, 2, flags, flags & 1 ? '0x0001 Chained' : hexNumber(flags, 4)),
    field('Offset/Length', at + Smb2Compression.offset, 4, little32(bytes, at + Smb2Compression.offset)),
  ];
}

/** Fields of bytes[at, end): the header, and what it covers as bytes. */
export function transformFields(
  isEncrypted: boolean,
  bytes: Uint8Array,
  at: number,
  end: number,
): { fields: Field[]; problem: string | null } {
  const required = isEncrypted ? Smb2Transform.length : Smb2Compression.length;
  if (end - at < required) {
    const what = isEncrypted ? 'SMB2 transform header' : 'SMB2 compression transform header';
    const fields = end - at < 4 ? [] : [markField(bytes, at)];
    return { fields, problem: shortfall(what, required, Math.max(0, end - at), at) };
  }
  const fields = isEncrypted ? encryption(bytes, at) : compression(bytes, at);
  if (end > at + required) {
    fields.push(bytesField(isEncrypted ? 'EncryptedMessage' : 'CompressedMessage', bytes, at + required, end));
  }
  return { fields, problem: null };
}
