import { rmSync } from 'node:fs';
import { completeLine } from '../../session/language/completion.js';
import { enterFolder, LIST, pcapsh } from './fixture.js';

const OFFICE = 'examples/office.pcapng';

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

async function counted(argv: string[]): Promise<number> {
  const ran = await pcapsh([...argv, '--json']);
  const [{ result }] = ran.json() as { result: { count: number } }[];
  return result.count;
}

describe('rules on the command line', () => {
  test('every view and sink takes them, beside --filter', async () => {
    const count = await counted(['count', OFFICE, '--filter', 'tcp', '--port', '443', '--not-ip=10.0.0.9']);
    expect(count).toBe(await counted(['count', OFFICE, '--filter', 'tcp port 443 and not host 10.0.0.9']));
    const flags = ['--proto', 'tcp', '--port', '443', '--not-ip', '10.0.0.9'];
    for (const view of ['stats', 'info']) {
      const [{ result }] = (await pcapsh([view, OFFICE, ...flags, '--json'])).json() as {
        result: { packets: number };
      }[];
      expect(result.packets).toBe(count);
    }
    const [flows] = (await pcapsh(['flows', OFFICE, ...flags, '--json'])).json() as {
      result: { rows: { packets: number }[] };
    }[];
    expect(flows.result.rows.reduce((sum, { packets }) => sum + packets, 0)).toBe(count);
    const [written] = (await pcapsh(['write', OFFICE, '-o', 'out.pcapng', ...flags, '--json'])).json() as {
      result: { files: { packets: number }[] };
    }[];
    expect(written.result.files[0].packets).toBe(count);
    expect(await counted(['count', 'out.pcapng'])).toBe(count);
    rmSync('out.pcapng');
    for (const view of ['preview', 'head', 'tail']) {
      expect((await pcapsh([view, OFFICE, ...flags, '--json'])).status).toBe(0);
    }
  });

  test('a rule given twice is one with both values', async () => {
    const both = await counted(['count', OFFICE, '--proto', 'udp', '--proto', 'icmp']);
    expect(both).toBe(await counted(['count', OFFICE, '--proto', 'udp,icmp']));
  });

  test('rules mean what comes in, not what an expression leaves of it', async () => {
    const all = await counted(['count', OFFICE, '--filter', 'tcp[13] & 2 != 0', '--min-flow-packets', '10']);
    const left = await pcapsh([
      '-c',
      `load ${OFFICE} | filter tcp[13] & 2 != 0 | filter --min-flow-packets 10 | count`,
      '--json',
    ]);
    expect(all).toBeGreaterThan((left.json()[0].result as { count: number }).count);
  });

  test('--unidirectional of flows goes for their IDs too', async () => {
    const one = (await pcapsh(['flows', OFFICE, '--top', '1', '--unidirectional', '--json'])).json();
    const [{ flowId, packets }] = (one[0].result as { rows: { flowId: string; packets: number }[] }).rows;
    const found = (await pcapsh(['flows', OFFICE, '--flow-id', flowId, '--unidirectional', '--json'])).json();
    expect((found[0].result as { rows: unknown[] }).rows).toEqual([expect.objectContaining({ flowId, packets })]);
  });

  test.each([
    ['--port', '80,99999', 'port 99999 is more than 65535', '99999'],
    ['--src-ip', '10.0.0.1/8', '10.0.0.1/8 has bits set behind its prefix', '10.0.0.1/8'],
    ['--app', 'dns,tsl', 'unknown application "tsl"', 'tsl'],
    ['--not-proto', 'tcp,upd', 'unknown protocol "upd"', 'upd'],
    ['--tcp-flags', 'exact:SYN+AKC', 'unknown TCP flag "AKC"', 'AKC'],
    ['--from', '+30q', 'unknown unit "q" in duration "30q"', 'q'],
  ])('%s %s is refused under a caret', async (flag, value, message, place) => {
    for (const argv of [
      ['count', OFFICE, flag, value],
      ['count', OFFICE, `${flag}=${value}`],
      ['-c', `load ${OFFICE} | filter ${flag} ${value} | count`],
      ['-c', `load ${OFFICE} | filter tcp ${flag}=${value} | count`],
    ]) {
      const ran = await pcapsh([...argv, '--json']);
      const line = ran.json().find((each) => each.ok === false) as {
        source: string;
        error: { message: string; span: [number, number] };
      };
      expect(ran.status).toBe(2);
      expect(line.error.message).toBe(message);
      expect(line.source.slice(...line.error.span)).toBe(place);
    }
  });

  test('a flag that is none is told what was probably meant', async () => {
    const ran = await pcapsh(['count', OFFICE, '--dst-prt', '443']);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('did you mean --dst-port?');
  });

  test('a filter of nothing at all is refused', async () => {
    const ran = await pcapsh(['filter', OFFICE]);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('filter needs EXPRESSION, or a rule such as --port 443');
  });
});

test('completion of flags, words, and what the capture holds', () => {
  const known = {
    commands: LIST.commands,
    settings: [],
    handles: ['web'],
    variables: [],
    values: () => ({
      find: (kind: string, prefix: string) =>
        ['10.0.0.1', '10.0.0.12', '53', '443']
          .filter((text) => text.includes('.') === (kind === 'addresses') && text.startsWith(prefix))
          .map((text) => ({ text, packets: 1 })),
    }),
    folder: () => [],
  };
  const complete = (line: string): string[] => {
    const { from, candidates } = completeLine(line, known);
    return candidates.map((candidate) => line.slice(0, from) + candidate);
  };
  expect(complete('filter --not-src-')).toEqual(['filter --not-src-ip', 'filter --not-src-port']);
  expect(complete('filter --ip 10.0.0.1,')).toEqual(['filter --ip 10.0.0.1,10.0.0.12']);
  expect(complete('filter --port 4')).toEqual(['filter --port 443']);
  expect(complete('filter --app tl')).toEqual(['filter --app tls']);
  expect(complete('filter --proto tcp,ud')).toEqual(['filter --proto tcp,udp']);
});

describe('explanations', () => {
  test('filter --explain answers, in text and as JSON, and gives no packets', async () => {
    const text = await pcapsh(['filter', OFFICE, 'tcp and greater 1000', '--explain', '--port', '443']);
    expect(text.status).toBe(0);
    expect(text.out).toMatch(/greater 1000 +per column/);
    expect(text.out).toMatch(/--port 443 +[\d,]+ +[\d,]+/);
    const [{ result }] = (await pcapsh(['filter', OFFICE, 'tcp and greater 1000', '--explain', '--json'])).json();
    expect(result).toMatchObject({ packets: 3189, funnel: [{ clause: 'tcp' }, { clause: 'greater 1000' }] });
    for (const line of [`x = load ${OFFICE} | filter tcp --explain`, `load ${OFFICE} | filter tcp --explain | count`]) {
      const ran = await pcapsh(['-c', line]);
      expect(ran.status).toBe(2);
      expect(ran.err).toContain('"filter" answers an explanation');
    }
  });

  test('why, in text and as JSON', async () => {
    const text = await pcapsh(['-c', `load ${OFFICE} | filter udp | why 773`]);
    expect(text.out).toContain('packet 773 is dropped');
    expect(text.out).toContain('filter udp: dropped by udp');
    const [{ result }] = (await pcapsh(['why', OFFICE, '773', '--filter', 'tcp', '--port', '443', '--json'])).json();
    expect(result).toMatchObject({
      number: 773,
      kept: true,
      stages: [{ stage: 'filter --port 443' }, { stage: 'filter tcp', kept: true }],
    });
    expect((await pcapsh(['why', OFFICE, '99999'])).err).toContain('the capture has no packet 99999');
    expect((await pcapsh(['why', OFFICE, '1..3'])).err).toContain('why takes one packet, not 3');
    expect((await pcapsh(['why', OFFICE, OFFICE, '3'])).err).toContain('2 files are loaded: packet 3 of which?');
  });

  test('an answer about nothing tells that tags hide packets', async () => {
    const told = '"tcp" looks at untagged packets alone: "vlan and tcp" keeps';
    const ran = await pcapsh(['-c', `load ${OFFICE} | filter vlan | filter tcp | count`]);
    expect(ran.out).toContain(told);
    const [{ result }] = (await pcapsh(['-c', `load ${OFFICE} | filter vlan | filter tcp | flows`, '--json'])).json();
    expect(result).toMatchObject({ total: 0, tagged: { expression: 'tcp', tagged: 'vlan and tcp' } });
    expect((await pcapsh(['-c', `load ${OFFICE} | filter port 9 | count`])).out).not.toContain('untagged');
  });
});
