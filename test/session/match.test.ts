import { rmSync, writeFileSync } from 'node:fs';
import { enterFolder, pcapsh } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

interface Failure {
  code: string;
  message: string;
  span: [number, number];
}

async function failure(line: string): Promise<Failure> {
  const ran = await pcapsh(['-c', `load ${OFFICE} | ${line}`, '--json']);
  expect(ran.status).toBe(2);
  return (ran.json()[0] as { error: Failure }).error;
}

async function counted(line: string): Promise<number> {
  const ran = await pcapsh(['-c', `load ${OFFICE} | ${line} | count`, '--json']);
  return (ran.json()[0].result as { count: number }).count;
}

const lead = `load ${OFFICE} | `.length;

describe('what is typed behind match', () => {
  test.each([
    ['match /a(b/', 'the ( at character 2 is never closed', [8, 9]],
    ['match /ab/g', '"g" is no flag of a regular expression', [10, 11]],
    ["match --hex 'de gh'", '"g" is no hex digit and no ?', [16, 17]],
    ['match --text ""', 'the text to look for is empty', [14, 14]],
    ['match', 'match takes one of TEXT, /REGEX/, --hex, --file and --alerts; none is given', [0, 5]],
    ['match "a" --hex 00', 'match takes one of TEXT, /REGEX/, --hex, --file and --alerts; 2 are given', [0, 18]],
    ['match "a" --within 5s', 'match --within goes with --alerts', [0, 21]],
    ['match --alerts x --within soon', null, [26, 30]],
    ['match --hex 00 --ignore-case', 'match --ignore-case goes with texts, regular expressions and --file', [0, 28]],
    ['match "a" --skip-bad-lines', 'match --skip-bad-lines goes with --file or --alerts', [0, 26]],
    ['match "a" --sent-by me', '--sent-by is client or server, not "me"', [20, 22]],
  ])('%s is refused with its place', async (line, message, span) => {
    const error = await failure(line);
    if (message !== null) expect(error.message).toBe(message);
    expect(error.span.map((place) => place - lead)).toEqual(span);
  });

  test('quotes make a text of what looks like an expression; a bar in an expression is no pipe', async () => {
    expect(await counted('match "/ HTTP/1.1"')).toBe(await counted('match --text "/ HTTP/1.1"'));
    expect(await counted('match "/GET/"')).toBe(0);
    expect(await counted('match /GET|HEAD/')).toBeGreaterThan(await counted('match /HEAD/'));
    expect(await counted('match /x y|z w/ --proto tcp')).toBe(0);
  });

  test('rules choose protocol and direction', async () => {
    const all = await counted('match "HTTP/1.1"');
    const asked = await counted('match "HTTP/1.1" --proto tcp --dst-port 80');
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(all);
    expect(asked).toBe(await counted('filter --proto tcp --dst-port 80 | match "HTTP/1.1"'));
  });
});

describe('on the command line', () => {
  test('rows say what they bear, the answer how many bear each', async () => {
    const ran = await pcapsh(['match', OFFICE, '--file', 'examples/indicators.txt', '--json']);
    const { result } = ran.json()[0] as {
      result: {
        packets: number;
        rows: { matched: string[] }[];
        indicators: { indicator: string; type: string; packets: number }[];
        lookedFor: number;
      };
    };
    expect(result.lookedFor).toBe(6);
    expect(result.indicators[0]).toEqual({ indicator: '10.0.0.9', type: 'address', packets: 1186 });
    expect(result.rows.every(({ matched }) => matched.length > 0)).toBe(true);
    const [written] = (
      await pcapsh(['match', OFFICE, '--file', 'examples/indicators.txt', '-o', 'out.pcapng', '--json'])
    ).json() as {
      result: { files: { packets: number }[] };
    }[];
    expect(written.result.files[0].packets).toBe(result.packets);
    rmSync('out.pcapng');
  });

  test('a bad line is an error with file and line, or is counted', async () => {
    writeFileSync('bad.txt', '10.0.0.9\nnonsense\n');
    const refused = await pcapsh(['match', OFFICE, '--file', 'bad.txt']);
    expect(refused.status).toBe(2);
    expect(refused.err).toContain('bad.txt, line 2: "nonsense" is no address, network, port, domain name or hash');
    const counting = await pcapsh(['match', OFFICE, '--file', 'bad.txt', '--skip-bad-lines', '--json']);
    const { result } = counting.json()[0] as { result: { packets: number; skippedLines: object[] } };
    expect(result.packets).toBe(1186);
    expect(result.skippedLines).toEqual([
      {
        path: 'bad.txt',
        lines: 1,
        first: 'bad.txt, line 2: "nonsense" is no address, network, port, domain name or hash',
      },
    ]);
    const shown = await pcapsh([
      'match',
      OFFICE,
      '--file',
      'bad.txt',
      '--skip-bad-lines',
      '--columns',
      'number,matched',
    ]);
    expect(shown.err).toContain('1 line of bad.txt passed over; the first: bad.txt, line 2');
    expect(shown.out).toContain('10.0.0.9');
    rmSync('bad.txt');
  });

  test('why and a last ? tell the search', async () => {
    const why = await pcapsh(['-c', `load ${OFFICE} | match "GET" --whole | why 1`]);
    expect(why.out).toContain('match "GET" --whole: dropped');
    const look = await pcapsh(['-c', `load ${OFFICE} | match /^GET/ ?`]);
    expect(look.out).toMatch(/✓ \d+ packets/);
  });
});
