import { type Carriage, Likeness } from '../../src/decode/application.js';
import { applications } from '../../src/decode/applications.js';
import { dissection } from '../../src/decode/dissect.js';
import type { Input, LayerFunction, Scope, Step, Table } from '../../src/decode/dissector.js';
import type { Layer } from '../../src/decode/layer.js';
import { IpProtocol } from '../../src/decode/numbers.js';
import { findLayer, layerOf, registryLists } from '../../src/decode/registry.js';
import { readAllPackets } from '../support/capture-packets.js';
import { checkDissection, checkLayer } from '../support/check-dissection.js';
import { findCorpora } from '../support/corpus-packets.js';
import { mutated, type Random, randomOf } from '../support/mutate.js';

/**
 * Every decoder of the lists on changed and cut packets: it ends, says harmless things of bytes that were captured, and reads no others, which is proved by
 * decoding with two different tails. About 40,000 cases; PCAPSH_FUZZ=250 makes that ten million.
 */
const EFFORT = Number(process.env.PCAPSH_FUZZ ?? 1);
const SEED = Number(process.env.PCAPSH_FUZZ_SEED ?? 20_240_101);
const CASES = 40_000 * EFFORT;
const TIMEOUT = 240_000 * Math.max(1, EFFORT);

interface Decoder {
  name: string;
  layer: LayerFunction;
  /** Above a transport: which, and by whom its payloads are known. */
  protocol: number;
  carriage: Carriage | null;
}

function headerDecoders(): Decoder[] {
  const decoders = new Map<LayerFunction, Decoder>();
  for (const [table, list] of Object.entries(registryLists)) {
    for (const [key, protocol] of list) {
      const layer = findLayer(table as Table, key)!;
      const name = typeof protocol === 'function' ? `${table} ${key}` : protocol.name;
      if (!decoders.has(layer)) decoders.set(layer, { name, layer, protocol: 0, carriage: null });
    }
  }
  return [...decoders.values()];
}

function applicationDecoders(): Decoder[] {
  return applications.flatMap(([, application]) => {
    const { name, tcp, udp } = application;
    const layer = layerOf(application);
    const carried = [
      [IpProtocol.tcp, tcp],
      [IpProtocol.udp, udp],
    ] as const;
    return carried.flatMap(([protocol, carriage]) =>
      layer === null || carriage === undefined ? [] : [{ name, layer, protocol, carriage }],
    );
  });
}

const DECODERS = [...headerDecoders(), ...applicationDecoders()];

/** A decoder above a transport is given only what is known as its own. */
function isOffered({ carriage }: Decoder, content: Uint8Array): boolean {
  if (carriage === null) return true;
  if (content.length === 0 || carriage.leads?.includes(content[0]) === false) return false;
  return carriage.recognize(content, 0, content.length, content.length) !== Likeness.no;
}

/** Bytes in front of each header: two addresses for pseudo-headers, and some that are nobody's. */
const FRONT = 48;
const TAIL = 64;

function scopeOf({ protocol, carriage }: Decoder, random: Random): Scope {
  const family = random(2) === 0 ? 4 : 6;
  const ports = carriage?.ports ?? [];
  const own = ports.length === 0 ? 40_000 : ports[random(ports.length)];
  return {
    network: random(5) === 0 ? null : { family, source: 0, destination: 16 },
    transport: protocol === 0 ? null : { protocol, sourcePort: random(2) === 0 ? 40_001 : own, destinationPort: own },
    fragment: random(8) === 0,
    quoted: random(8) === 0,
  };
}

/** What is decoded of bytes[FRONT, FRONT + length), before a tail of `poison`. */
function decode(decoder: Decoder, content: Uint8Array, poison: number, wireMore: number, scope: Scope): Step {
  const bytes = new Uint8Array(FRONT + content.length + TAIL).fill(poison);
  bytes.fill(0x0a, 0, FRONT);
  bytes.set(content, FRONT);
  const end = FRONT + content.length;
  const input: Input = { bytes, at: FRONT, end, wireEnd: end + wireMore, cut: false, scope };
  return decoder.layer(input);
}

function tryDecoder(decoder: Decoder, content: Uint8Array, random: Random): void {
  const scope = scopeOf(decoder, random);
  const wireMore = random(3) === 0 ? random(1500) : 0;
  const end = FRONT + content.length;
  const step = decode(decoder, content, 0xff, wireMore, scope);
  checkLayer(step.layer, FRONT, end);
  const other = decode(decoder, content, 0x01, wireMore, scope);
  if (JSON.stringify(step) !== JSON.stringify(other)) throw new Error('it read behind the captured bytes');
  if (
    step.next !== null &&
    (step.next.at < FRONT || step.next.at > end + wireMore || step.next.wireEnd < step.next.at)
  ) {
    throw new Error(`next at ${step.next.at} to ${step.next.wireEnd} within [${FRONT}, ${end})`);
  }
}

/** What failed, with its bytes: the first of each decoder. */
class Failures {
  readonly found = new Map<string, string>();

  attempt(what: string, content: Uint8Array, run: () => void): void {
    try {
      run();
    } catch (error) {
      const hex = Buffer.from(content).toString('hex').slice(0, 2000);
      if (!this.found.has(what)) this.found.set(what, `${what}: ${(error as Error).stack?.slice(0, 600)}: ${hex}`);
    }
  }

  expectNone(): void {
    expect([...this.found.values()]).toEqual([]);
  }
}

const corpora = findCorpora('mutated corpus packets');
const packets = corpora === null ? [] : readAllPackets(corpora, 40);

/** What stands in the corpora where each layer begins, by the layer's name. */
function samplesByName(): Map<string, Uint8Array[]> {
  const samples = new Map<string, Uint8Array[]>();
  const take = (layer: Layer, data: Uint8Array): void => {
    const list = samples.get(layer.name) ?? [];
    samples.set(layer.name, list);
    if (list.length < 200) list.push(data.slice(layer.start, layer.start + 600));
  };
  for (const { data, linkType, originalLength } of packets) {
    for (const layer of dissection(data, linkType, originalLength).layers) take(layer, data);
  }
  return samples;
}

const samples = samplesByName();
const everything = [...samples.values()].flat();

/** Samples of what bears the decoder's name; of all, where the corpora hold none. */
function samplesFor({ name }: Decoder): Uint8Array[] {
  return samples.get(name) ?? everything;
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: random(120) }, () => random(256));
}

test(
  'each decoder alone',
  () => {
    const failures = new Failures();
    const random = randomOf(SEED);
    const each = Math.ceil(CASES / 2 / DECODERS.length);
    for (const decoder of DECODERS) {
      const own = samplesFor(decoder);
      for (let count = 0; count < each; count++) {
        const from = random(8);
        let content = noise(random);
        if (from > 0 && own.length > 0) content = mutated(own[random(own.length)], random);
        if (from === 7) content = mutated(everything[random(everything.length)] ?? content, random);
        if (isOffered(decoder, content))
          failures.attempt(decoder.name, content, () => tryDecoder(decoder, content, random));
      }
    }
    failures.expectNone();
  },
  TIMEOUT,
);

test(
  'each decoder at every length of a packet',
  () => {
    const failures = new Failures();
    const random = randomOf(SEED + 1);
    for (const decoder of DECODERS) {
      for (const sample of samplesFor(decoder).slice(0, 2 + Math.min(EFFORT, 20))) {
        for (let length = 0; length <= Math.min(sample.length, 160); length++) {
          const content = sample.subarray(0, length);
          if (isOffered(decoder, content))
            failures.attempt(decoder.name, content, () => tryDecoder(decoder, content, random));
        }
      }
    }
    failures.expectNone();
  },
  TIMEOUT,
);

test(
  'each recognizer',
  () => {
    const failures = new Failures();
    const random = randomOf(SEED + 2);
    const carriages = applications.flatMap(([, { name, tcp, udp }]) =>
      [tcp, udp].flatMap((carriage) => (carriage === undefined ? [] : [{ name, carriage }])),
    );
    const each = Math.ceil(CASES / 4 / carriages.length);
    for (const { name, carriage } of carriages) {
      const own = samples.get(name) ?? everything;
      for (let count = 0; count < each; count++) {
        let content = random(6) === 0 || own.length === 0 ? noise(random) : mutated(own[random(own.length)], random);
        if (content.length === 0) content = Uint8Array.of(random(256));
        const wireLength = content.length + (random(3) === 0 ? random(1500) : 0);
        const answers = [0xff, 0x01, 0x0a].map((poison) => {
          const bytes = new Uint8Array(FRONT + content.length + TAIL).fill(poison);
          bytes.set(content, FRONT);
          return carriage.recognize(bytes, FRONT, FRONT + content.length, wireLength);
        });
        failures.attempt(name, content, () => {
          if (new Set(answers).size > 1) throw new Error('it read outside the payload');
          if (![0, 1, 2].includes(answers[0])) throw new Error(`it answered ${answers[0]}`);
        });
      }
    }
    failures.expectNone();
  },
  TIMEOUT,
);

(packets.length === 0 ? test.skip : test)(
  'whole packets',
  () => {
    const failures = new Failures();
    const random = randomOf(SEED + 3);
    for (let count = 0; count < CASES / 4; count++) {
      const packet = packets[random(packets.length)];
      const content = mutated(packet.data.subarray(0, 1600), random);
      const originalLength = random(4) === 0 ? random(3000) : content.length;
      failures.attempt(packet.name, content, () => {
        const found = dissection(content, packet.linkType, originalLength, { fcsLength: random(10) === 0 ? 4 : 0 });
        checkDissection(found, content.length);
      });
    }
    failures.expectNone();
  },
  TIMEOUT,
);

(packets.length === 0 ? test.skip : test)('a dissection leaves the packet as it was', () => {
  const failures = new Failures();
  for (const { name, data, linkType, originalLength } of packets) {
    // A Buffer: what it calls a slice is no copy.
    const bytes = Buffer.from(data);
    dissection(bytes, linkType, originalLength);
    failures.attempt(name, data, () => {
      if (!bytes.equals(data)) throw new Error('the bytes were changed');
    });
  }
  failures.expectNone();
});
