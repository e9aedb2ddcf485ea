import type { FilterNode, Qualifier, Span } from './bpf/ast.js';
import type { HostResolver } from './bpf/host-check.js';
import { nearestWord } from './bpf/suggest.js';
import { TERM_WORDS, WLAN_FIELDS } from './bpf/vocabulary.js';
import { compileFilter } from './filter.js';

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

/** For a check before any name can be looked up: what looks like a name may be one, a mistyped word of the language may not. */
export const anyHost: HostResolver = (name) =>
  name.includes('.') || nearestWord(name, TERM_WORDS) === null ? ['0.0.0.0', '::'] : [];

function isHostName(qualifier: Qualifier): boolean {
  const { protocol, direction, kind } = qualifier;
  if (kind !== null && kind !== 'host') return false;
  if (direction !== null && WLAN_FIELDS.has(direction)) return false;
  return protocol === null || protocol === 'ip' || protocol === 'ip6' || protocol === 'arp' || protocol === 'rarp';
}

/** Every name of a host in the tree, with the addresses that can stand for it there. */
function namesIn(tree: FilterNode, hosts: HostResolver): { span: Span; addresses: string[] }[] {
  const found: { span: Span; addresses: string[] }[] = [];
  const visit = (node: FilterNode): void => {
    if (node.type === 'and' || node.type === 'or') node.operands.forEach(visit);
    else if (node.type === 'not') visit(node.operand);
    else if (node.type === 'primitive' && node.operand.form === 'name' && isHostName(node.qualifier)) {
      const { protocol } = node.qualifier;
      const fits = (address: string): boolean => protocol === null || (protocol === 'ip6') === address.includes(':');
      found.push({ span: node.operand.span, addresses: hosts(node.operand.text).filter(fits) });
    }
  };
  visit(tree);
  return found;
}

/**
 * The expression with addresses in place of the names of hosts, so that it means the same tomorrow and elsewhere. Throws PcapshError for a name that is not
 * known, as for anything else that cannot be understood.
 */
export function withAddresses(text: string, hosts: HostResolver): string {
  const { tree } = compileFilter(text, { hosts });
  let replaced = text;
  for (const { span, addresses } of namesIn(tree, hosts).reverse()) {
    const all = addresses.length === 1 ? addresses[0] : `(${addresses.join(' or ')})`;
    replaced = replaced.slice(0, span[0]) + all + replaced.slice(span[1]);
  }
  return replaced;
}
