import { formatIpv6Words, parseAddress } from '../src/bytes/address.js';
import { PcapshError } from '../src/errors.js';
import type { CaptureDescription } from '../src/formats/model.js';
import type { Host } from './host.js';

/** What addresses are called: by a file that the user named, and by what captures say themselves. Nothing is ever asked on a network. */

/** Address, as packets show it, to name. */
export type Names = ReadonlyMap<string, string>;

/**
 * A hosts(5) file: an address, its name, further names, and comments from # on. The first name of an address holds. Throws for a line that is none, with
 * its place.
 */
export function parseHosts(text: string, path: string): Names {
  const names = new Map<string, string>();
  text.split('\n').forEach((line, i) => {
    const [address, name] = line.replace(/#.*/s, '').trim().split(/\s+/);
    if (address === '') return;
    const wrong = (reason: string): PcapshError => new PcapshError('hosts.line', `${path}, line ${i + 1}: ${reason}`);
    if (name === undefined) throw wrong(`"${address}" has no name`);
    const canonical = canonicalAddress(address, wrong);
    if (!names.has(canonical)) names.set(canonical, name);
  });
  return names;
}

/** The address as packets show it. A zone (fe80::1%lo0) is the machine's own, and no part of it. */
function canonicalAddress(text: string, wrong: (reason: string) => PcapshError): string {
  try {
    return formatIpv6Words(parseAddress(text.replace(/%.*/s, '')).words);
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

/** The names of the file at `path`, in messages called as the user wrote it. Throws for a file that is not there or is wrong. */
export function readHosts(host: Pick<Host, 'files'>, path: string, written = path): Names {
  const text = host.files.read(path);
  if (text === null) throw new PcapshError('hosts.missing', `there is no file ${written}`);
  return parseHosts(text, written);
}

/** The names that captures give: the first of an address holds. */
export function namesOfCaptures(descriptions: readonly CaptureDescription[]): Names {
  const names = new Map<string, string>();
  for (const { names: given } of descriptions)
    for (const { address, name } of given) if (!names.has(address)) names.set(address, name);
  return names;
}
