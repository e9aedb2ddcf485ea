import { hexNumber, setU32, u32 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { little32, setLittle32 } from '../../bytes/little-endian.js';
import { bytesField, field, header, type Input, type Protocol, type Step, shortfall } from '../dissector.js';
import { wirelessNext } from './radiotap.js';

/**
 * The two older headers of wireless captures: Prism (LINKTYPE_IEEE802_11_PRISM, little-endian) and AVS (LINKTYPE_IEEE802_11_AVS, big-endian; some systems
 * write it under Prism's number). Offsets in bytes.
 */
export const Prism = { messageCode: 0, messageLength: 4, device: 8, values: 24, length: 144 } as const;
export const Avs = { version: 0, headerLength: 4, values: 8, length: 64 } as const;

const AVS_MAGIC = 0x8021_1000;

function isAvs(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && u32(bytes, at) >>> 4 === AVS_MAGIC >>> 4;
}

export interface AvsView {
  version: number;
  headerLength: number;
  /** What stands behind; a view, not a copy. */
  values: Uint8Array;
}

/** The AVS header at `at`, or null when its 64 bytes do not end by `end`. */
export function viewAvs(bytes: Uint8Array, at: number, end: number): AvsView | null {
  if (end - at < Avs.length) return null;
  const headerLength = u32(bytes, at + Avs.headerLength);
  return {
    version: u32(bytes, at),
    headerLength,
    values: bytes.subarray(at + Avs.values, Math.max(at + Avs.values, Math.min(end, at + headerLength))),
  };
}

/** The header's bytes; with `length` the header length is computed from the values. */
export function emitAvs(view: AvsView, compute: { length?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(Avs.values + view.values.length);
  setU32(bytes, Avs.version, view.version);
  setU32(bytes, Avs.headerLength, compute.length ? bytes.length : view.headerLength);
  bytes.set(view.values, Avs.values);
  return bytes;
}

export interface PrismView {
  messageCode: number;
  messageLength: number;
  /** 16 bytes, ended by a zero; a view, not a copy. */
  device: Uint8Array;
  /** Ten values of 12 bytes; a view, not a copy. */
  values: Uint8Array;
}

/** The Prism header at `at`, or null when its 144 bytes do not end by `end`. */
export function viewPrism(bytes: Uint8Array, at: number, end: number): PrismView | null {
  if (end - at < Prism.length) return null;
  return {
    messageCode: little32(bytes, at),
    messageLength: little32(bytes, at + Prism.messageLength),
    device: bytes.subarray(at + Prism.device, at + Prism.values),
    values: bytes.subarray(at + Prism.values, at + Prism.length),
  };
}

export function emitPrism(view: PrismView): Uint8Array {
  const bytes = new Uint8Array(Prism.length);
  setLittle32(bytes, 0, view.messageCode);
  setLittle32(bytes, Prism.messageLength, view.messageLength);
  bytes.set(view.device, Prism.device);
  bytes.set(view.values, Prism.values);
  return bytes;
}

const layerAvs = header('AVS header', Avs.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewAvs(bytes, at, end)!;
  const sound = view.headerLength >= Avs.length && at + view.headerLength <= end;
  const stop = sound ? at + view.headerLength : at + Avs.length;
  const { next } = wirelessNext(input, stop, false, false);
  return {
    layer: {
      name: 'wlancap',
      title: 'AVS',
      summary: `length ${view.headerLength}`,
      start: at,
      end: stop,
      fields: [
        field('Version', at, 4, view.version, hexNumber(view.version, 8)),
        field('Length', at + Avs.headerLength, 4, view.headerLength),
        bytesField('Values', bytes, at + Avs.values, stop),
      ],
      problem: sound ? null : shortfall('AVS header', Math.max(Avs.length, view.headerLength), end - at, at),
    },
    next: sound ? next : null,
  };
});

const layerPrismOnly = header('Prism header', Prism.length, (input: Input): Step => {
  const { bytes, at } = input;
  const view = viewPrism(bytes, at, input.end)!;
  const stop = at + Prism.length;
  const nul = view.device.indexOf(0);
  const device = escapeBytes(view.device, 0, nul < 0 ? view.device.length : nul);
  const { next } = wirelessNext(input, stop, false, false);
  return {
    layer: {
      name: 'prism',
      title: 'Prism',
      summary: `device ${device}`,
      start: at,
      end: stop,
      fields: [
        field('Message Code', at, 4, view.messageCode, hexNumber(view.messageCode, 8)),
        field('Message Length', at + Prism.messageLength, 4, view.messageLength),
        field('Device', at + Prism.device, 16, device),
        bytesField('Values', bytes, at + Prism.values, stop),
      ],
      problem: null,
    },
    next,
  };
});

/** LINKTYPE_IEEE802_11_PRISM: the AVS header where its magic number stands first. */
function layerPrism(input: Input): Step {
  return isAvs(input.bytes, input.at, input.end) ? layerAvs(input) : layerPrismOnly(input);
}

export const prism: Protocol = {
  name: 'prism',
  title: 'Prism',
  specification: 'LINKTYPE_IEEE802_11_PRISM',
  layer: layerPrism,
};

export const avs: Protocol = {
  name: 'wlancap',
  title: 'AVS',
  specification: 'LINKTYPE_IEEE802_11_AVS',
  layer: layerAvs,
};
