// Run as a process of its own: opens every capture named on standard input through the built library, asks it everything there is to ask, and tells as
// JSON how long each took, what was thrown, and how much memory it all needed.
import { readFileSync } from 'node:fs';

let largest = 0;

/** Buffers that are never touched don't show in the resident size: so each one asked for is looked at. */
function watch(name) {
  globalThis[name] = new Proxy(globalThis[name], {
    construct(target, args) {
      const made = Reflect.construct(target, args);
      const own = typeof args[0] === 'number' ? made.byteLength : 0;
      if (own > largest) largest = own;
      return made;
    },
  });
}
for (const name of ['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'Float64Array'])
  watch(name);
const alloc = Buffer.allocUnsafe;
Buffer.allocUnsafe = (size) => {
  if (size > largest) largest = size;
  return alloc(size);
};

const { open, openWorkspace, PcapshError } = await import('../../dist/index.js');

/** Both ways to execute a plan; every packet, header and filter. */
async function askEverything(file) {
  await (await open(file)).summary();
  const workspace = openWorkspace({ interactive: true });
  try {
    const capture = await workspace.load([file]);
    await capture.summary();
    await capture.flows();
    await capture.filter('tcp port 80 or ip6 or vlan or arp').count();
    for await (const packet of capture.packets()) void packet.dissection;
  } finally {
    await workspace.close();
  }
}

const files = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const answers = [];
for (const file of files) {
  const start = performance.now();
  let crash = null;
  try {
    await askEverything(file);
  } catch (error) {
    if (!(error instanceof PcapshError)) crash = String(error?.stack ?? error);
  }
  answers.push({ file, milliseconds: performance.now() - start, crash });
}
// Not resourceUsage().maxRSS: that begins with what the process that started us had.
const residentBytes = Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
process.stdout.write(JSON.stringify({ answers, residentBytes, largestBuffer: largest }));
