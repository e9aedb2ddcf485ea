import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { PcapshError } from '../../src/errors.js';
import type { MatchWords } from '../../src/plan/match-report.js';
import { describeWithPeers } from '../support/available.js';
import { randomFile } from '../support/random-capture.js';
import { ask, both, list, numbers, OFFICE, search } from '../support/searches.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const folder = useTemporaryFolder();

/** Packet numbers that tshark answers for a display filter, names not resolved. */
function tshark(filter: string): number[] {
  const output = execFileSync('tshark', ['-n', '-r', OFFICE, '-Y', filter, '-T', 'fields', '-e', 'frame.number'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => 1_000_000 + Number(line));
}

describe('what payloads hold', () => {
  test('is what looking into each finds', async () => {
    for (const needle of ['GET', 'example.org', '\0\0\0\0']) {
      const { numbers: found } = await both(needle);
      const expected = await ask([OFFICE], false, async (office) => {
        const holding: number[] = [];
        for await (const { number, payload } of office.packets())
          if (Buffer.from(payload).includes(needle, 0, 'utf8')) holding.push(1_000_000 + number);
        return holding;
      });
      expect(found.length).toBeGreaterThan(0);
      expect(expected.filter((number) => !found.includes(number))).toEqual([]);
      // Beyond them IP packets without a transport header, whose payload is what IP carries.
      const beyond = found.filter((number) => !expected.includes(number));
      expect(beyond.length).toBeLessThan(found.length);
    }
  });

  test.each<[MatchWords, MatchWords]>([
    ['GET', { hex: '47 45 54' }],
    ['GET', /GET/],
    ['GET', { hex: '4? ?5 54' }],
    [{ text: 'get', ignoreCase: true }, /get/i],
    [
      { text: 'get', ignoreCase: true },
      { regex: 'GET', ignoreCase: true },
    ],
    [{ text: 'größe' }, { regex: 'größe' }],
  ])('%j finds what %j does, or less', async (a, b) => {
    const [left, right] = [await both(a), await both(b)];
    if (JSON.stringify(b) === '{"hex":"4? ?5 54"}')
      expect(left.numbers.every((number) => right.numbers.includes(number))).toBe(true);
    else expect(left.numbers).toEqual(right.numbers);
  });

  test('the whole packet is searched where that is wanted', async () => {
    const mac = { hex: '08 00 45' };
    const payloads = await both(mac);
    const whole = await both({ ...mac, whole: true });
    expect(whole.numbers.length).toBeGreaterThan(payloads.numbers.length + 1000);
  });

  test('one direction of each flow: what its first packet sent, or what was answered', async () => {
    const all = (await both('HTTP/1.1')).numbers;
    const [client, server] = await ask([OFFICE], true, async (office) => [
      await numbers(office.match({ text: 'HTTP/1.1', sentBy: 'client' })),
      await numbers(office.match({ text: 'HTTP/1.1', sentBy: 'server' })),
    ]);
    expect([...client, ...server].sort((a, b) => a - b)).toEqual(all);
    const requests = (await both(/^[A-Z]+ [^\r]* HTTP\/1\.1\r\n/)).numbers;
    expect(client.filter((number) => requests.includes(number)).length).toBeGreaterThan(requests.length / 2);
    // A stream does not know a flow before it has seen all of it: it makes a table.
    expect(
      await ask([OFFICE], false, (office) => numbers(office.match({ text: 'HTTP/1.1', sentBy: 'client' }))),
    ).toEqual(client);
  });
});

describe('a list of indicators', () => {
  test('addresses, networks and ports are those of rules', async () => {
    const lines = ['10.0.0.9', '192.168.3.0/24', '2001:db8::/32', '53/udp', '8080-8090', '10.0.0.12:443'];
    const { report, tags } = await both(list(folder('list.txt'), lines));
    const rule = (rules: object): Promise<number> => ask([OFFICE], false, (office) => office.filter(rules).count());
    const count = (text: string): number => report.indicators.find((each) => each.text === text)?.packets ?? 0;
    expect(count('10.0.0.9')).toBe(await rule({ ip: ['10.0.0.9'] }));
    expect(count('192.168.3.0/24')).toBe(await rule({ ip: ['192.168.3.0/24'] }));
    expect(count('2001:db8::/32')).toBe(await rule({ ip: ['2001:db8::/32'] }));
    expect(count('53/udp')).toBe(await rule({ proto: ['udp'], port: [53] }));
    expect(count('10.0.0.12:443')).toBe(
      await ask([OFFICE], false, async (office) => {
        const [out, back] = [
          { srcIp: ['10.0.0.12'], srcPort: [443] },
          { dstIp: ['10.0.0.12'], dstPort: [443] },
        ];
        return office
          .filter({ op: 'and', rules: [{ proto: ['tcp', 'udp'] }, { op: 'or', rules: [out, back] }] })
          .count();
      }),
    );
    expect(tags.every((each) => each.length > 0)).toBe(true);
  });

  test('a name is not found in another that ends alike, and *.name not in itself', async () => {
    const { report } = await both(
      list(folder('ends.txt'), ['xample.org', '*.www.example.org', 'www.example.org', 'domain:org']),
    );
    const count = (text: string): number => report.indicators.find((each) => each.text === text)?.packets ?? 0;
    expect(count('xample.org')).toBe(0);
    expect(count('*.www.example.org')).toBe(0);
    expect(count('www.example.org')).toBeGreaterThan(0);
  });

  test('hashes of payloads', async () => {
    const digests = await ask([OFFICE], false, async (office) => {
      const found: string[] = [];
      for await (const { payload } of office.filter('udp port 53').head(3).packets())
        for (const kind of ['md5', 'sha1', 'sha256']) found.push(createHash(kind).update(payload).digest('hex'));
      return found;
    });
    const { report } = await both(list(folder('hashes.txt'), digests));
    expect(report.indicators.length).toBe(9);
    expect(new Set(report.indicators.map(({ type }) => type))).toEqual(new Set(['md5', 'sha1', 'sha256']));
  });

  test('the order of its lines, repeated lines and ways to write them change nothing', async () => {
    const lines = [
      '10.0.0.9',
      '10.0.0.0/24',
      '443',
      'example.org',
      '"HTTP"',
      'hex:16 03',
      '2001:db8::9',
      '2001:0db8::9',
      'EXAMPLE.org',
      '53/udp',
      '"GET"',
      'hex:47 ?? 54',
    ];
    const first = await both(list(folder('order.txt'), lines));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length }),
        async (shuffled) => {
          const again = await ask([OFFICE], true, (office) =>
            search(office, list(folder('again.txt'), [...shuffled, shuffled[0]])),
          );
          expect(again).toEqual(first);
        },
      ),
      { numRuns: 4 },
    );
  });

  test('ten thousand texts find what one after the other would', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `"needle-${i}"`);
    const texts = ['HTTP/1', 'GET /', 'EHLO', 'mail', '\r\n\r\n', 'SSH-2.0', 'a', 'OK'];
    const { numbers: found } = await both(
      list(folder('many.txt'), [...lines, ...texts.map((text) => JSON.stringify(text).replace(/\\r/g, '\\x0d'))]),
    );
    const alone = new Set<number>();
    for (const text of texts)
      for (const number of (await ask([OFFICE], false, (office) => search(office, text))).numbers) alone.add(number);
    expect(found).toEqual([...alone].sort((a, b) => a - b));
  });

  test('changed since the handle was made: that is said', async () => {
    const what = list(folder('changing.txt'), ['10.0.0.9']);
    await ask([OFFICE], false, async (office) => {
      const found = office.match(what);
      expect(await found.count()).toBeGreaterThan(0);
      writeFileSync(what.file, '10.0.0.12');
      await expect(found.count()).rejects.toMatchObject({
        code: 'match.changed',
        message: `${what.file} has changed since the search for it was made`,
      });
      // The same content again, written later: it is what was meant.
      writeFileSync(what.file, '10.0.0.9');
      utimesSync(what.file, 1, 1);
      expect(await found.count()).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(found.plan))).toEqual(found.plan);
    });
  });
});

describeWithPeers('tshark')('beside tshark', () => {
  test('tshark finds the same TCP and UDP payloads', async () => {
    const { numbers: found } = await both('HTTP/1.1', [OFFICE], (office) => office.filter({ proto: ['tcp'] }));
    expect(found).toEqual(tshark('tcp.payload contains "HTTP/1.1" and not icmp and not udp and not gre'));
  });

  test('names are those that tshark sees in DNS, server names and Host', async () => {
    const name = 'example.org';
    const fields = [
      'dns.qry.name',
      'dns.resp.name',
      'dns.cname',
      'dns.ns',
      'dns.mx.mail_exchange',
      'dns.ptr.domain_name',
      'dns.soa.mname',
      'dns.soa.rname',
      'dns.srv.target',
      'tls.handshake.extensions_server_name',
      'http.host',
    ];
    const theirs = tshark(fields.map((field) => `${field} matches "(^|[.])example[.]org[.]?(:[0-9]+)?$"`).join(' or '));
    const { numbers: ours } = await both(list(folder('names.txt'), [name]));
    expect(ours.length).toBeGreaterThan(100);
    // tshark reads a hello or a request of several segments with the last of them, and what ICMP quotes as well.
    expect(ours.filter((number) => !theirs.includes(number)).length).toBeLessThan(ours.length / 20);
    expect(theirs.filter((number) => !ours.includes(number)).length).toBeLessThan(ours.length / 20);
  });
});

describe('on random captures', () => {
  const pattern = fc.oneof(
    fc.constantFrom<MatchWords>('\0\0', '\0', { hex: '00 ??' }, /\x00{3}/, { hex: '08 00', whole: true }),
    fc.constantFrom(
      ...[
        ['10.0.0.1'],
        ['10.0.0.0/30', '443', '53/udp', '"\\x00\\x00"'],
        ['80', 'hex:00 ?? 00'],
        ['10.0.0.2:443', '2001::/16'],
      ],
    ),
  );

  test('streams and tables answer alike, of several files too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomFile, { minLength: 1, maxLength: 2 }), pattern, async (files, what) => {
        const paths = files.map(({ name, bytes }, i) => {
          const path = folder(`${i}-${name}`);
          writeFileSync(path, bytes);
          return path;
        });
        await both(Array.isArray(what) ? list(folder('random.txt'), what) : what, paths);
      }),
      { numRuns: 60 },
    );
  });
});

test('what is asked for must be one thing', async () => {
  await ask([OFFICE], false, async (office) => {
    expect(() => office.match({} as MatchWords)).toThrow(PcapshError);
    expect(() => office.match('')).toThrow('the text to look for is empty');
    await expect(office.matches()).rejects.toMatchObject({ code: 'match.none' });
    expect(await office.tagger()).toBeNull();
  });
});
