// Opens a capture by the built library and looks at filters as they are typed; prints `{packets, growing, first, exact, blocked}`, milliseconds: from a key to the
// first answer while the capture is read, to the first and to the exact answer once it has been, and how long the thread was held at most for each key.
import { openWorkspace } from '../../dist/index.js';

const RUNS = 20;
const expressions = (i) => [
  `tcp port ${440 + i}`,
  `tcp port ${440 + i} and net 10.${16 * (i % 16)}.0.0/12`,
  `host 10.0.${i}.${7 * i + 1} or net 192.168.${i}.0/24`,
  `udp and greater ${100 + i}`,
];

const workspace = openWorkspace({ interactive: true, index: 'none' });
let turn = performance.now();
let held = 0;
let watching = true;
(function watch() {
  const now = performance.now();
  held = Math.max(held, now - turn);
  turn = now;
  if (watching) setImmediate(watch);
})();

async function look(handle, from) {
  held = 0;
  turn = performance.now();
  const started = turn;
  let first = null;
  const onEstimate = () => {
    first ??= performance.now() - started;
  };
  await handle.preview({ from, onEstimate });
  const exact = performance.now() - started;
  return { first: first ?? exact, exact, held };
}

const capture = await workspace.load([process.argv[2]]);
// The first key comes when the first packets are there.
while (workspace.status(capture).rows === 0) await new Promise((resolve) => setTimeout(resolve, 5));
const growing = (await look(capture.filter('tcp port 80'), capture)).first;
const packets = await capture.count();
const first = [];
const exact = [];
const blocked = [];
for (let i = 0; i < RUNS; i++) {
  for (const expression of expressions(i)) {
    const looked = await look(capture.filter(expression), capture);
    first.push(looked.first);
    exact.push(looked.exact);
    blocked.push(looked.held);
  }
}
watching = false;
await workspace.close();
console.log(JSON.stringify({ packets, growing, first, exact, blocked }));
