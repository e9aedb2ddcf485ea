import { PcapshError } from '../../errors.js';

/** A Zeek log in columns: header lines begin with `#`, `#fields` names the columns. */
export interface ZeekTable {
  header(line: string): void;
  /** Cells by their columns' names; unset ones are left out. */
  row(line: string): Record<string, string>;
}

export function createZeekTable(): ZeekTable {
  let separator = '\t';
  let unset = '-';
  let empty = '(empty)';
  let fields: string[] | null = null;
  return {
    header(line) {
      if (line.startsWith('#separator ')) {
        separator = line
          .slice('#separator '.length)
          .replace(/\\x([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
        return;
      }
      const [name, ...values] = line.split(separator);
      if (name === '#fields') fields = values;
      else if (name === '#unset_field') unset = values[0] ?? unset;
      else if (name === '#empty_field') empty = values[0] ?? empty;
    },
    row(line) {
      if (fields === null) throw bad('no #fields line stands before it');
      const cells = line.split(separator);
      if (cells.length !== fields.length) throw bad(`${cells.length} columns, #fields names ${fields.length}`);
      const row: Record<string, string> = {};
      for (const [i, name] of fields.entries()) if (cells[i] !== unset && cells[i] !== empty) row[name] = cells[i];
      return row;
    },
  };
}

function bad(message: string): PcapshError {
  return new PcapshError('match.line', message, { kind: 'input' });
}
