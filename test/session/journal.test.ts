import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { closeAbandoned, findAbandoned, openJournal } from '../../session/journal.js';
import { runProgram } from '../../session/program.js';
import { openWorkspace, type Workspace } from '../../src/plan/workspace.js';
import { enterFolder, sit, testHost } from './fixture.js';

let leave: () => void;
beforeEach(() => {
  leave = enterFolder();
});
afterEach(() => leave());

const never = (message: string): void => {
  throw new Error(message);
};
const folder = (): string => `${process.cwd()}/.local/state/pcapsh/journal`;

test('a cell is on disk before it runs', async () => {
  const host = testHost();
  const journal = openJournal(host, never)!;
  const engine = openWorkspace({ interactive: false });
  let found = '';
  const workspace: Workspace = {
    ...engine,
    load(paths, options) {
      found = readFileSync(journal.path, 'utf8');
      return engine.load(paths, options);
    },
  };
  await sit({ host, journal, workspace }).run('web = load examples/office.pcapng');
  await engine.close();
  expect(found).toContain('web = load examples/office.pcapng');
});

test('the journal is private, and holds cells and notes', async () => {
  const host = testHost();
  const journal = openJournal(host, never)!;
  const sitting = sit({ host, journal });
  await sitting.run('# a note', 'handles');
  await sitting.workspace.close();
  const records = readFileSync(journal.path, 'utf8').split('\n').filter(Boolean);
  expect(records.map((line) => JSON.parse(line))).toEqual([
    { kind: 'session', processId: process.pid, started: host.now() },
    { kind: 'note', source: '# a note', folder: process.cwd() },
    { kind: 'cell', source: 'handles', folder: process.cwd() },
  ]);
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
  expect(statSync(journal.path).mode & 0o777).toBe(0o600);
});

test('a session in which nothing was typed leaves nothing; one that ended is not offered', () => {
  const host = testHost();
  openJournal(host, never)!.end();
  expect(readdirSync(folder())).toEqual([]);
  const journal = openJournal({ ...host, processId: 4242 }, never)!;
  journal.append({ kind: 'cell', source: 'x', folder: '/' });
  expect(findAbandoned(host)).toMatchObject({ entries: [{ kind: 'cell', source: 'x', folder: '/' }] });
  expect(findAbandoned({ ...host, isRunning: () => true })).toBeNull();
  expect(findAbandoned({ ...host, processId: 4242 })).toBeNull();
  journal.end();
  expect(findAbandoned(host)).toBeNull();
});

test('a line that a crash cut short is passed over; a closed one is not offered again', () => {
  const host = testHost();
  const journal = openJournal({ ...host, processId: 4242 }, never)!;
  journal.append({ kind: 'cell', source: 'x', folder: '/' });
  writeFileSync(journal.path, `${readFileSync(journal.path, 'utf8')}{"kind":"cell","sou`);
  const abandoned = findAbandoned(host)!;
  expect(abandoned.entries).toHaveLength(1);
  writeFileSync(`${folder()}/other.txt`, 'not ours');
  closeAbandoned(host, abandoned);
  expect(findAbandoned(host)).not.toBeNull(); // the cut line swallowed the mark
  closeAbandoned(host, abandoned);
  expect(findAbandoned(host)).toBeNull();
});

test('old journals of ended sessions are pruned, running ones never', () => {
  const host = testHost();
  const day = 24 * 3600 * 1000;
  const make = (age: number, processId: number, ended: boolean): void => {
    const journal = openJournal(
      { ...host, processId, now: () => host.now() - age * day, isRunning: (id) => id === 7 },
      never,
    )!;
    journal.append({ kind: 'cell', source: 'x', folder: '/' });
    if (ended) journal.end();
  };
  make(50, 7, false);
  make(40, 8, true);
  for (let i = 0; i < 25; i++) make(1, 100 + i, true);
  openJournal({ ...host, isRunning: (id) => id === 7 }, never);
  const left = readdirSync(folder());
  expect(left.some((name) => name.endsWith('-7.jsonl'))).toBe(true);
  expect(left.some((name) => name.endsWith('-8.jsonl'))).toBe(false);
  expect(left.length).toBeLessThanOrEqual(21);
});

test('without a state folder the session goes on, with a word', () => {
  const words: string[] = [];
  writeFileSync('file', '');
  const host = testHost({ environment: { XDG_STATE_HOME: `${process.cwd()}/file` } });
  expect(openJournal(host, (message) => words.push(message))).toBeNull();
  const fine = testHost();
  const broken = { ...fine, files: { ...fine.files, append: () => never('disk full') } };
  const journal = openJournal(broken, (message) => words.push(message))!;
  journal.append({ kind: 'cell', source: 'x', folder: '/' });
  expect(words).toEqual([
    expect.stringContaining('there is no journal'),
    'the journal cannot be written, so this session could not be recovered: disk full',
  ]);
  expect(findAbandoned({ ...fine, files: { ...fine.files, kind: () => never('no permission') as never } })).toBeNull();
});

test('recovery brings handles, settings and notes back, and leaves sinks and views alone', async () => {
  const dead = { ...testHost(), processId: 4242 };
  const journal = openJournal(dead, never)!;
  for (const source of [
    'web = load examples/office.pcapng',
    '# seen at noon',
    'set $host 10.0.0.9',
    'web | stats',
    'x = web | filter host $host | write out.pcapng',
    'laod y',
  ]) {
    journal.append({ kind: source.startsWith('#') ? 'note' : 'cell', source, folder: process.cwd() });
  }
  const echoed: string[] = [];
  const sitting = sit({ onEcho: (source) => echoed.push(source) });
  await sitting.run('run --recover');
  expect(sitting.outcomes.at(-1)).toMatchObject({ error: null, results: [{ text: 'ran 3 cells' }] });
  expect([...sitting.session.shelf().handles.keys()]).toEqual(['web', 'x']);
  expect(echoed).toHaveLength(3);
  expect(readdirSync('.')).not.toContain('out.pcapng');
  expect(findAbandoned(sitting.host)).toBeNull();
  await sitting.workspace.close();
});

test('the prompt offers it', async () => {
  const journal = openJournal({ ...testHost(), processId: 4242 }, never)!;
  journal.append({ kind: 'cell', source: 'x', folder: '/' });
  const host = testHost({ terminal: true });
  const ended = runProgram([], host);
  await new Promise((done) => setTimeout(done, 100));
  host.input.write('exit\r');
  expect(await ended).toBe(0);
  expect(host.err()).toContain(
    'a session of 2026-01-02 ended without leaving (1 line): run --recover brings its handles back',
  );
});
