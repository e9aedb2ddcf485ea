import { writeFileSync } from 'node:fs';
import { ask, both, numbers, OFFICE } from '../support/searches.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const folder = useTemporaryFolder();

describe('alerts', () => {
  const eve = (fields: object): string => JSON.stringify({ event_type: 'alert', ...fields });
  /** The flow of a query for www.example.org, packets 67 and 68. */
  const flow = { src_ip: '10.0.0.9', src_port: 60484, dest_ip: '10.0.0.1', dest_port: 53, proto: 'UDP' };
  const asked = '2026-11-21T04:39:59.466066+0000';
  const answered = '2026-11-21T05:39:59.466291+0100';
  const alert = { signature: 'ET INFO query', signature_id: 2000001 };

  test('of Suricata: by the flow, in its time', async () => {
    const path = folder('eve.json');
    const cases: [object[], number[]][] = [
      [[{ ...flow, timestamp: asked, alert }], [1_000_067]],
      [[{ ...flow, timestamp: answered, alert }], [1_000_068]],
      [[{ ...flow, timestamp: answered, flow: { start: asked }, alert }], [1_000_067, 1_000_068]],
      [
        [
          { ...flow, src_port: 1, timestamp: asked, alert },
          { ...flow, timestamp: asked, alert },
        ],
        [1_000_067],
      ],
      [
        [
          { ...flow, timestamp: asked, flow_id: 7, alert },
          { event_type: 'flow', flow_id: 7, flow: { end: answered } },
        ],
        [1_000_067, 1_000_068],
      ],
    ];
    for (const [records, expected] of cases) {
      writeFileSync(path, records.map((record) => eve(record)).join('\n'));
      const { numbers: found, tags } = await both({ alerts: path });
      expect(found).toEqual(expected);
      expect(tags[0]).toEqual(['ET INFO query (2000001)']);
    }
    writeFileSync(path, eve({ ...flow, timestamp: asked, alert }));
    expect((await both({ alerts: path, within: '1ms' })).numbers).toEqual([1_000_067, 1_000_068]);
  });

  test('by the Community ID where addresses are missing', async () => {
    const { flowId: _, ...row } = await ask(
      [OFFICE],
      true,
      async (office) => (await office.filter('udp port 60484').flows()).rows[0],
    );
    const path = folder('eve.json');
    writeFileSync(path, eve({ community_id: row.communityId, timestamp: asked, flow: { end: answered }, alert }));
    expect((await both({ alerts: path })).numbers).toEqual([1_000_067, 1_000_068]);
    const ping = await ask(
      [OFFICE],
      true,
      async (office) => (await office.filter('icmp[icmptype] = icmp-echo').flows({ top: 1 })).rows[0],
    );
    writeFileSync(
      path,
      eve({
        community_id: ping.communityId,
        timestamp: '2026-11-21T00:00:00Z',
        flow: { end: '2026-11-22T00:00:00Z' },
        alert,
      }),
    );
    const { numbers: found } = await both({ alerts: path });
    expect(found.length).toBeGreaterThan(0);
  });

  test('of Zeek, in columns and as JSON: within the time of each connection', async () => {
    const tsv = [
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\tconn',
      '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration',
      '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tinterval',
    ];
    const begun = Date.parse('2026-11-21T04:39:59Z') / 1000;
    const row = [`${begun}.466066`, 'Cabc', '10.0.0.9', '60484', '10.0.0.1', '53', 'udp', '0.000225'];
    const path = folder('conn.log');
    writeFileSync(path, [...tsv, row.join('\t'), '#close\tx'].join('\n'));
    const { numbers: found, tags, report } = await both({ alerts: path });
    expect(found).toEqual([1_000_067, 1_000_068]);
    expect(tags).toEqual([['Cabc'], ['Cabc']]);
    expect(report.indicators).toEqual([{ text: 'Cabc', type: 'connection', packets: 2 }]);
    writeFileSync(path, [...tsv, row.slice(0, 7).join('\t').concat('\t-')].join('\n'));
    expect((await both({ alerts: path })).numbers).toEqual([1_000_067]);
    const json = {
      ts: begun + 0.466066,
      uid: 'Cabc',
      'id.orig_h': '10.0.0.9',
      'id.orig_p': 60484,
      'id.resp_h': '10.0.0.1',
      'id.resp_p': 53,
      proto: 'udp',
      duration: 0.000225,
    };
    writeFileSync(path, JSON.stringify(json));
    expect((await both({ alerts: path })).numbers).toEqual([1_000_067, 1_000_068]);
    const ping = {
      ts: begun,
      uid: 'Cicmp',
      'id.orig_h': '10.0.0.9',
      'id.orig_p': 8,
      'id.resp_h': '10.0.0.1',
      'id.resp_p': 0,
      proto: 'icmp',
      duration: 1000,
    };
    writeFileSync(path, JSON.stringify(ping));
    expect((await both({ alerts: path })).numbers).toEqual(
      await ask([OFFICE], true, (office) => numbers(office.filter('ip proto 1 and host 10.0.0.9 and host 10.0.0.1'))),
    );
  });

  test.each([
    ['nonsense', '"nonsense" is neither JSON nor of a Zeek log with its header'],
    ['{"event_type":"alert"', 'the line is no JSON object'],
    [JSON.stringify({ event_type: 'alert' }), 'the alert has no timestamp'],
    [JSON.stringify({ event_type: 'alert', timestamp: 'now', ...flow }), '"now" is no time'],
    [
      JSON.stringify({ event_type: 'alert', timestamp: asked, ...flow, proto: 'xyz' }),
      '"xyz" is no protocol that is known',
    ],
    [JSON.stringify({ event_type: 'alert', timestamp: asked, ...flow, src_port: 70000 }), 'src_port 70000 is no port'],
    [JSON.stringify({ ts: 1, uid: 'C' }), 'the record names no connection: id.orig_h and id.resp_h, or community_id'],
    ['#fields\tts\tuid\nx', '1 columns, #fields names 2'],
  ])('%j is refused with its line', async (text, message) => {
    const path = folder('bad.json');
    writeFileSync(path, `${eve({ ...flow, timestamp: asked, alert })}\n${text}`.replace(/^.*\n(?=#)/, ''));
    await ask([OFFICE], false, async (office) => {
      expect(() => office.match({ alerts: path })).toThrow(`${path}, line 2: ${message}`);
      if (text.startsWith('#')) return;
      expect(await office.match({ alerts: path, skipBadLines: true }).count()).toBe(1);
      expect(await office.match({ alerts: path, skipBadLines: true }).skipped()).toMatchObject({ lines: 1, path });
    });
  });

  test('a file without alerts is refused', async () => {
    const path = folder('flows.json');
    writeFileSync(path, JSON.stringify({ event_type: 'flow', ...flow }));
    await ask([OFFICE], false, async (office) => {
      expect(() => office.match({ alerts: path })).toThrow('holds no alert and no connection');
    });
  });
});
