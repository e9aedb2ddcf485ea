import fc from 'fast-check';
import { createOutline, type Outline, outline, Tag } from '../../src/decode/outline.js';
import { AddressDictionary } from '../../src/table/address-dictionary.js';
import { OVERFLOW } from '../../src/table/columns.js';
import { EncapsulationDictionary } from '../../src/table/encapsulation-dictionary.js';
import { ethernet, fromHex, ipv4, join, udp } from '../support/frames.js';

const word = fc.constantFrom(0, 1, 2, 0xffff, 0x20010db8, 0xffffffff);
const address = fc.tuple(word, word, word, word);

describe('the address dictionary', () => {
  it('gives each address one ordinal, in order of appearance', () => {
    fc.assert(
      fc.property(fc.array(address, { maxLength: 300 }), (addresses) => {
        const dictionary = new AddressDictionary();
        const known = new Map<string, number>();
        for (const words of addresses) {
          const key = words.join('.');
          if (!known.has(key)) known.set(key, known.size);
          // It stands somewhere in a larger array, as in an outline.
          expect(dictionary.ordinalOf(Uint32Array.of(9, ...words), 1)).toBe(known.get(key));
        }
        const columns = dictionary.toColumns();
        expect(columns.count).toBe(known.size);
        const texts = Array.from({ length: columns.count }, (_, i) =>
          columns.words.subarray(4 * i, 4 * i + 4).join('.'),
        );
        expect(texts).toEqual([...known.keys()]);
        expect(columns.words.buffer).toBeInstanceOf(SharedArrayBuffer);
      }),
    );
  });

  it('grows to 100,000 addresses, each found again', () => {
    const dictionary = new AddressDictionary();
    const words = new Uint32Array(4);
    for (let turn = 0; turn < 2; turn++) {
      for (let i = 0; i < 100_000; i++) {
        words.set(i % 2 === 0 ? [0, 0, 0xffff, i] : [0x20010db8, i, 0, 1]);
        if (dictionary.ordinalOf(words, 0) !== i) throw new Error(`address ${i} has another ordinal`);
      }
    }
    expect(dictionary.count).toBe(100_000);
  });
});

function outlineOf(bytes: Uint8Array, linkType = 1): Outline {
  const o = createOutline();
  outline(bytes, 0, bytes.length, linkType, o);
  return o;
}

const packet = ipv4({ protocol: 17, payload: udp(new Uint8Array(4)) });
const tagged = (...vlans: number[]): Uint8Array =>
  vlans.reduceRight<Uint8Array>(
    (inner, vlan, i) =>
      join(Uint8Array.of(vlan >>> 8, vlan & 255), fromHex(i === vlans.length - 1 ? '0800' : '8100'), inner),
    packet,
  );

describe('the encapsulation dictionary', () => {
  it('gives each way of wrapping one ordinal', () => {
    const dictionary = new EncapsulationDictionary();
    const ways = [
      outlineOf(ethernet(0x0800, packet)),
      outlineOf(ethernet(0x8100, tagged(7))),
      outlineOf(ethernet(0x8100, tagged(8))),
      outlineOf(ethernet(0x8100, tagged(7, 8))),
      outlineOf(packet, 101),
      outlineOf(ethernet(0x0806, new Uint8Array(28))),
    ];
    expect(ways.map((way) => dictionary.ordinalOf(way))).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...ways].reverse().map((way) => dictionary.ordinalOf(way))).toEqual([5, 4, 3, 2, 1, 0]);
    expect(dictionary.entries[3]).toMatchObject({
      linkType: 1,
      outerType: 0x8100,
      vlans: [7, 8],
      etherType: 0x0800,
      networkOffset: 22,
      layers: ['eth', 'ethertype', 'vlan'],
      tags: [Tag.vlan, 7, Tag.vlan, 8],
    });
    expect(dictionary.entries[4]).toMatchObject({ linkType: 101, layers: ['raw'], networkOffset: 0 });
  });

  it('describes MPLS, PPPoE and LLC', () => {
    const dictionary = new EncapsulationDictionary();
    dictionary.ordinalOf(outlineOf(ethernet(0x8847, join(fromHex('00064040 000c81ff'), packet))));
    dictionary.ordinalOf(outlineOf(ethernet(0x8864, join(fromHex('1100 0102 0022 0021'), packet))));
    dictionary.ordinalOf(outlineOf(ethernet(0x0024, join(fromHex('aaaa03 000000 0800'), packet))));
    expect(dictionary.entries.map(({ mpls, pppoeSession, layers }) => ({ mpls, pppoeSession, layers }))).toEqual([
      { mpls: [100, 200], pppoeSession: null, layers: ['eth', 'ethertype', 'mpls'] },
      { mpls: [], pppoeSession: 0x102, layers: ['eth', 'ethertype', 'pppoes', 'ppp'] },
      { mpls: [], pppoeSession: null, layers: ['eth', 'llc'] },
    ]);
  });

  it('takes in another one', () => {
    const vlans = fc.array(fc.nat(6), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(vlans), fc.array(vlans), (mine, others) => {
        const outlineFor = (list: number[]): Outline => outlineOf(ethernet(0x8100, tagged(...list)));
        const first = new EncapsulationDictionary();
        for (const list of mine) first.ordinalOf(outlineFor(list));
        const second = new EncapsulationDictionary();
        const ordinals = others.map((list) => second.ordinalOf(outlineFor(list)));
        const translated = first.absorb(second.entries);
        others.forEach((list, i) => {
          expect(first.entries[translated[ordinals[i]]].vlans).toEqual(list);
        });
        expect(new Set(first.entries.map(({ vlans: all }) => all.join())).size).toBe(first.entries.length);
      }),
    );
  });

  it('is full at 65,535 ways: the rest is told by the bytes', () => {
    const dictionary = new EncapsulationDictionary();
    const o = outlineOf(ethernet(0x8100, tagged(1, 1)));
    for (let i = 0; i < OVERFLOW; i++) {
      o.tags[1] = i & 0xfff;
      o.tags[3] = i >>> 12;
      if (dictionary.ordinalOf(o) !== i) throw new Error(`way ${i} has another ordinal`);
    }
    o.tags[3] = 4000;
    expect(dictionary.ordinalOf(o)).toBe(OVERFLOW);
    o.tags[1] = 5;
    o.tags[3] = 0;
    expect(dictionary.ordinalOf(o)).toBe(5);
  });
});
