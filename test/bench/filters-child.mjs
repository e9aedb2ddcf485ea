// Opens a capture by the built library and times filters on it; prints `{packets, kinds: [{kind, times}]}`, milliseconds.
import { openWorkspace } from '../../dist/index.js';

const RUNS = 15;
const KINDS = {
  addresses: (i) => `host 10.0.${i}.${7 * i + 1} or net 192.168.${i}.0/24`,
  ports: (i) => `port ${440 + i} or portrange ${20 + i}-${90 + i}`,
  protocols: (i) =>
    `${['tcp', 'udp', 'ip6', 'icmp', 'arp'][i % 5]} and not ${['udp', 'ip6', 'sctp'][i % 3]} and greater ${60 + i}`,
  'three terms': (i) => `tcp and port ${443 + i} and net 10.${16 * i}.0.0/12`,
};

const workspace = openWorkspace({ interactive: true, index: 'none' });
const capture = await workspace.load([process.argv[2]]);
const packets = await capture.count();
const kinds = [];
for (const [kind, expression] of Object.entries(KINDS)) {
  const times = [];
  for (let i = 0; i < RUNS; i++) {
    const started = performance.now();
    await capture.filter(expression(i)).count();
    times.push(performance.now() - started);
  }
  kinds.push({ kind, times });
}
await workspace.close();
console.log(JSON.stringify({ packets, kinds }));
