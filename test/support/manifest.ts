import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the development corpora, and what capinfos and tcpdump said of it. Columns as in MANIFEST.tsv; empty where nothing was recorded. */
export interface ManifestRow {
  path: string;
  container: string;
  wiresharkType: string;
  packets: string;
  firstTime: string;
  lastTime: string;
  capinfosStatus: string;
  tcpdumpLinkType: string;
}

export function readManifest(corpora: string): ManifestRow[] {
  const [head, ...lines] = readFileSync(join(corpora, 'dev/MANIFEST.tsv'), 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
    return {
      path: cell('path'),
      container: cell('container'),
      wiresharkType: cell('wireshark_type'),
      packets: cell('packets'),
      firstTime: cell('first_ts'),
      lastTime: cell('last_ts'),
      capinfosStatus: cell('capinfos_status'),
      tcpdumpLinkType: cell('tcpdump_linktype'),
    };
  });
}

const CAPTURES = new Set(['pcap', 'nsecpcap', 'modpcap', 'pcapng']);

/** capinfos read it to its end, and it is a capture of a kind that this project reads. */
export function isReadable({ capinfosStatus, wiresharkType }: ManifestRow): boolean {
  return capinfosStatus === 'ok' && CAPTURES.has(wiresharkType);
}
