import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, RawOption } from '../model.js';
import { BlockType, bodyOf, encodeBlock, padded, viewOf } from './block.js';
import { decodeOptions, encodeOptions } from './options.js';

/** Types of secrets (section 4.7), as their four letters read as a number. */
export const SecretsType = {
  /** NSS key log (SSLKEYLOGFILE). */
  tlsKeyLog: 0x544c534b,
  sshKeyLog: 0x5353484b,
  wireGuardKeyLog: 0x57474b4c,
  zigbeeNetworkKey: 0x5a4e574b,
  zigbeeApsKey: 0x5a415053,
  opcUaKeyLog: 0x55414b4c,
} as const;

/** Decryption Secrets Block. */
export interface DecryptionSecrets {
  secretsType: number;
  secrets: Uint8Array;
  options: RawOption[];
  problem: string | null;
}

const FIXED = 8;

/** Decodes a whole block; `secrets` is a view. Throws a RangeError when it is no secrets block or shorter than its secrets. */
export function decodeDecryptionSecrets(bytes: Uint8Array, byteOrder: ByteOrder): DecryptionSecrets {
  const body = bodyOf(bytes, byteOrder, BlockType.decryptionSecrets, FIXED, 'decryption secrets');
  const view = viewOf(body);
  const little = byteOrder === 'little';
  const length = view.getUint32(4, little);
  if (length > body.length - FIXED) {
    throw new RangeError(`decryption secrets: ${length} bytes required, ${body.length - FIXED} available`);
  }
  return {
    secretsType: view.getUint32(0, little),
    secrets: body.subarray(FIXED, FIXED + length),
    ...decodeOptions(body.subarray(FIXED + padded(length)), byteOrder),
  };
}

/** Encodes a whole block. */
export function encodeDecryptionSecrets(block: Omit<DecryptionSecrets, 'problem'>, byteOrder: ByteOrder): Uint8Array {
  const fixed = new Uint8Array(FIXED + padded(block.secrets.length));
  const view = viewOf(fixed);
  view.setUint32(0, block.secretsType, byteOrder === 'little');
  view.setUint32(4, block.secrets.length, byteOrder === 'little');
  fixed.set(block.secrets, FIXED);
  const options = encodeOptions(block.options, byteOrder);
  return encodeBlock(BlockType.decryptionSecrets, concatenate([fixed, options]), byteOrder);
}
