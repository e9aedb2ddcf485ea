import { PcapshError } from '../../errors.js';
import { type AlertRecord, readEve, readZeek, recordTime } from './alert-record.js';
import { shown } from './indicator.js';
import { readLines } from './lines.js';
import { createZeekTable, type ZeekTable } from './zeek-table.js';

export interface AlertList {
  records: AlertRecord[];
  skipped: number;
  firstSkipped: string | null;
  sha256: string;
}

/** Records with packets in them are long. */
const LONGEST_LINE = 4 << 20;
const MOST_RECORDS = 1_000_000;

/**
 * Reads the alerts of Suricata's EVE JSON, or the records of a Zeek log (TSV or JSON lines), told apart by what stands in the file. The span of an alert is
 * that of its flow where the file has the flow's record, else from the flow's start to the alert.
 */
export function readAlertFile(path: string, skipBad: boolean): AlertList {
  const list: AlertList = { records: [], skipped: 0, firstSkipped: null, sha256: '' };
  const flows = new Map<number, AlertRecord[]>();
  let table: ZeekTable | null = null;
  list.sha256 = readLines(path, LONGEST_LINE, (line, number) => {
    try {
      if (line === null) throw bad(`the line is longer than ${LONGEST_LINE} bytes`);
      if (line.trim() === '') return;
      if (line.startsWith('#')) {
        table ??= createZeekTable();
        table.header(line);
        return;
      }
      if (table !== null) {
        const record = readZeek(table.row(line));
        if (record !== null) add(record);
        return;
      }
      if (!line.startsWith('{')) throw bad(`"${shown(line)}" is neither JSON nor of a Zeek log with its header`);
      const value = parseObject(line);
      if (typeof value.event_type === 'string' || 'src_ip' in value) addEve(value);
      else {
        const record = readZeek(value);
        if (record === null) throw bad('the record names no connection: id.orig_h and id.resp_h, or community_id');
        add(record);
      }
    } catch (error) {
      if (!(error instanceof PcapshError) || error.code === 'match.too-many') throw error;
      const message = `${path}, line ${number}: ${error.message}`;
      if (!skipBad)
        throw new PcapshError('match.alert', message, {
          kind: 'input',
          hint: error.hint ?? '--skip-bad-lines passes over such lines and counts them',
        });
      list.skipped++;
      list.firstSkipped ??= message;
    }
  });
  return list;

  function add(record: AlertRecord): void {
    if (list.records.length >= MOST_RECORDS)
      throw new PcapshError('match.too-many', `${path} has more than ${MOST_RECORDS} records`, { kind: 'input' });
    list.records.push(record);
  }

  function addEve(value: Record<string, unknown>): void {
    const flow = typeof value.flow_id === 'number' ? value.flow_id : null;
    if (value.event_type === 'flow') {
      // It is written when the flow is over: behind its alerts.
      const ended = (value.flow as { end?: unknown } | undefined)?.end;
      for (const record of (flow === null ? undefined : flows.get(flow)) ?? [])
        if (typeof ended === 'string') record.last = Math.max(record.last, recordTime(ended));
      return;
    }
    if (value.event_type !== undefined && value.event_type !== 'alert') return;
    const record = readEve(value);
    add(record);
    if (flow === null) return;
    const known = flows.get(flow);
    if (known === undefined) flows.set(flow, [record]);
    else known.push(record);
  }
}

function parseObject(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw bad('the line is no JSON object');
}

function bad(message: string): PcapshError {
  return new PcapshError('match.line', message, { kind: 'input' });
}
