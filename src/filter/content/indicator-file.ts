import { PcapshError } from '../../errors.js';
import { type Indicator, kindOf, readIndicator, readKind, shown } from './indicator.js';
import { readLines } from './lines.js';

/** An indicator of a list, as it is written there. */
export interface ListedIndicator {
  text: string;
  indicator: Indicator;
}

export interface IndicatorList {
  indicators: ListedIndicator[];
  /** Lines that name nothing, where these are passed over; the first of them with its reason. */
  skipped: number;
  firstSkipped: string | null;
  /** Of the file's bytes. */
  sha256: string;
}

/** No indicator is longer, nor a row of a table with one. */
const LONGEST_LINE = 16_384;
const MOST_INDICATORS = 2_000_000;

/**
 * Reads a list of indicators: one a line, `#` beginning a comment at the line's start or behind a space; or a table (CSV, also with ; or tabs) whose header
 * names columns of indicators. `skipBad`: lines that name nothing are counted; else the first of them is the error, with file and line.
 */
export function readIndicatorFile(path: string, skipBad: boolean): IndicatorList {
  const list: IndicatorList = { indicators: [], skipped: 0, firstSkipped: null, sha256: '' };
  const seen = new Set<string>();
  let table: Table | null = null;
  let begun = false;
  const add = (text: string, indicator: Indicator): void => {
    if (seen.has(text)) return;
    if (seen.size >= MOST_INDICATORS)
      throw new PcapshError('match.too-many', `${path} lists more than ${MOST_INDICATORS} indicators`, {
        kind: 'input',
      });
    seen.add(text);
    list.indicators.push({ text, indicator });
  };
  list.sha256 = readLines(path, LONGEST_LINE, (line, number) => {
    try {
      if (line === null) throw bad(`the line is longer than ${LONGEST_LINE} bytes`);
      const text = line.trim();
      if (text === '' || text.startsWith('#')) return;
      if (!begun) {
        begun = true;
        table = readHeader(text);
        if (table !== null) return;
        if (/\.(?:csv|tsv)$/i.test(path) && /[,;\t]/.test(text))
          throw bad(
            'the header names no column of indicators',
            'columns are indicator (with type), ip, network, port, domain, md5, sha1, sha256, hash',
            'match.header',
          );
      }
      if (table === null) {
        const plain = withoutComment(text);
        add(plain, readIndicator(plain));
      } else for (const one of readRow(table, line)) add(one.text, one.indicator);
    } catch (error) {
      if (!(error instanceof PcapshError) || error.code === 'match.too-many') throw error;
      const message = `${path}, line ${number}: ${error.message}`;
      if (!skipBad || error.code === 'match.header')
        throw new PcapshError('match.indicator', message, {
          kind: 'input',
          hint: error.hint ?? '--skip-bad-lines passes over such lines and counts them',
        });
      list.skipped++;
      list.firstSkipped ??= message;
    }
  });
  return list;
}

/** What stands before a `#` behind a space; not in quotes. */
function withoutComment(text: string): string {
  if (text.startsWith('"')) {
    const quoted = /^"(?:[^"\\]|\\.)*"(?=\s*(?:#|$))/.exec(text);
    return quoted === null ? text : quoted[0];
  }
  return text.replace(/\s+#.*$/, '');
}

interface Table {
  separator: string;
  columns: number;
  /** Where indicators stand, and of what kind they are; null: as the column of types says, or as they look. */
  values: { column: number; kind: string | null }[];
  /** Column of types, -1 without one. */
  types: number;
}

const VALUE_COLUMNS: ReadonlySet<string> = new Set(['indicator', 'value', 'ioc', 'observable']);
const TYPE_COLUMNS: ReadonlySet<string> = new Set([
  'type',
  'kind',
  'indicator_type',
  'indicator type',
  'ioc_type',
  'ioc type',
]);

/** A table by the header of it, null where the line is none: one name of a column at least must be known, and the others must be words. */
function readHeader(line: string): Table | null {
  const separator = [',', ';', '\t'].find((each) => line.includes(each)) ?? ',';
  const names = splitRow(line, separator).map((name) => name.trim().toLowerCase());
  const values: Table['values'] = [];
  let types = -1;
  for (const [column, name] of names.entries()) {
    if (VALUE_COLUMNS.has(name)) values.push({ column, kind: null });
    else if (TYPE_COLUMNS.has(name)) types = column;
    else if (kindOf(name) !== null) values.push({ column, kind: kindOf(name) });
  }
  if (values.length === 0 || names.some((name) => !/^[a-z][a-z0-9 _-]*$/.test(name))) return null;
  return { separator, columns: names.length, values, types };
}

/** The indicators of a row; empty cells name none. */
function readRow({ separator, columns, values, types }: Table, line: string): ListedIndicator[] {
  const cells = splitRow(line, separator);
  if (cells.length !== columns) throw bad(`${cells.length} cells, the header has ${columns}`);
  const type = types < 0 ? '' : cells[types].trim();
  const found: ListedIndicator[] = [];
  for (const { column, kind } of values) {
    const text = cells[column].trim();
    if (text === '') continue;
    const named = kind ?? (type === '' ? null : kindOf(type));
    if (kind === null && type !== '' && named === null)
      throw bad(
        `"${shown(type)}" is no kind of indicator`,
        'kinds are ip, network, port, domain, md5, sha1, sha256, text, hex',
      );
    found.push({ text, indicator: named === null ? readIndicator(text) : readKind(named, text) });
  }
  return found;
}

/** Cells of a row (RFC 4180): one in double quotes may hold the separator, and quotes written twice. */
function splitRow(line: string, separator: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let cell = '';
      let end = line.indexOf('"', at + 1);
      let from = at + 1;
      while (end >= 0 && line[end + 1] === '"') {
        cell += `${line.slice(from, end)}"`;
        from = end + 2;
        end = line.indexOf('"', from);
      }
      if (end < 0) throw bad('a quote is never closed');
      cells.push(cell + line.slice(from, end));
      at = end + 1;
      if (at < line.length && line[at] !== separator) throw bad('text stands behind a closing quote');
    } else {
      const end = line.indexOf(separator, at);
      cells.push(line.slice(at, end < 0 ? line.length : end));
      at = end < 0 ? line.length : end;
    }
    if (at >= line.length) return cells;
    at++;
    if (at === line.length) return [...cells, ''];
  }
}

function bad(message: string, hint?: string, code = 'match.line'): PcapshError {
  return new PcapshError(code, message, { kind: 'input', hint });
}
