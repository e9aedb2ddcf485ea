import type { HostResolver } from './bpf/host-check.js';

/**
 * Looks names of hosts up in what files and captures say addresses are called: pairs of an address, as text, and its name. As in the DNS, capitals do not
 * matter, nor does a dot at the end.
 */
export function resolverOf(names: Iterable<readonly [address: string, name: string]>): HostResolver {
  const addresses = new Map<string, string[]>();
  for (const [address, name] of names) {
    const key = canonical(name);
    const known = addresses.get(key);
    if (known === undefined) addresses.set(key, [address]);
    else if (!known.includes(address)) known.push(address);
  }
  return (name) => addresses.get(canonical(name)) ?? [];
}

const canonical = (name: string): string => name.toLowerCase().replace(/\.$/, '');
