import type { ByteOrder, RawOption } from '../model.js';
import { BlockType, decodeBlock, encodeBlock, viewOf } from './block.js';
import { OptionCode, optionText } from './options.js';

/** Custom Block (section 4.9). */
export interface CustomBlock {
  /** May be copied into another file, even an edited one. */
  copyable: boolean;
  /** Private Enterprise Number of who defined it. */
  enterprise: number;
  /** Custom data and options, padding included: only its definer can tell them apart. */
  data: Uint8Array;
}

/** Decodes a whole block; `data` is a view. Throws a RangeError when it is no custom block or too short. */
export function decodeCustomBlock(bytes: Uint8Array, byteOrder: ByteOrder): CustomBlock {
  const { type, body } = decodeBlock(bytes, byteOrder);
  if ((type !== BlockType.custom && type !== BlockType.customNotCopied) || body.length < 4) {
    throw new RangeError(`custom block: type ${type} with ${body.length} bytes is none`);
  }
  const enterprise = viewOf(body).getUint32(0, byteOrder === 'little');
  return { copyable: type === BlockType.custom, enterprise, data: body.subarray(4) };
}

/** Encodes a whole block. */
export function encodeCustomBlock(block: CustomBlock, byteOrder: ByteOrder): Uint8Array {
  const body = new Uint8Array(4 + block.data.length);
  viewOf(body).setUint32(0, block.enterprise, byteOrder === 'little');
  body.set(block.data, 4);
  return encodeBlock(block.copyable ? BlockType.custom : BlockType.customNotCopied, body, byteOrder);
}

/** A custom option (section 3.5.1). */
export interface CustomOption {
  copyable: boolean;
  enterprise: number;
  /** Text, or bytes. */
  value: string | Uint8Array;
}

/** Whether an option may go into an edited file: all but the custom ones that say they may not. */
export function isCopyable(option: RawOption): boolean {
  return option.code !== OptionCode.customTextNotCopied && option.code !== OptionCode.customBytesNotCopied;
}

/** Reads a custom option; null when it is none, or shorter than its enterprise number. */
export function decodeCustomOption(option: RawOption, byteOrder: ByteOrder): CustomOption | null {
  const { code, value } = option;
  const text = code === OptionCode.customText || code === OptionCode.customTextNotCopied;
  if ((!text && code !== OptionCode.customBytes && code !== OptionCode.customBytesNotCopied) || value.length < 4)
    return null;
  const rest = value.subarray(4);
  return {
    copyable: isCopyable(option),
    enterprise: viewOf(value).getUint32(0, byteOrder === 'little'),
    value: text ? optionText(rest) : rest,
  };
}

export function encodeCustomOption(option: CustomOption, byteOrder: ByteOrder): RawOption {
  const text = typeof option.value === 'string';
  const rest = typeof option.value === 'string' ? new TextEncoder().encode(option.value) : option.value;
  const value = new Uint8Array(4 + rest.length);
  viewOf(value).setUint32(0, option.enterprise, byteOrder === 'little');
  value.set(rest, 4);
  const copied = text ? OptionCode.customText : OptionCode.customBytes;
  const kept = text ? OptionCode.customTextNotCopied : OptionCode.customBytesNotCopied;
  return { code: option.copyable ? copied : kept, value };
}
