import { resolve } from 'node:path';
import type { Desk } from '../commands/desk.js';
import type { HandleRow } from '../commands/result.js';
import { didYouMean } from '../commands/suggest.js';
import { counted } from '../src/bytes/size.js';
import { PcapshError } from '../src/errors.js';
import type { HostResolver } from '../src/filter/filter.js';
import { resolverOf } from '../src/filter/host-names.js';
import type { Capture } from '../src/plan/capture.js';
import { writeError } from '../src/plan/write-error.js';
import type { RunOptions } from '../src/progress.js';
import { readSetting, SETTINGS, settingText } from './config.js';
import { type Names, namesOfCaptures, readHosts } from './hosts.js';
import { recoverSession } from './recovery.js';
import { documentText } from './save.js';
import { checkParameters, readScript, runScript } from './script.js';
import type { DocumentLine, Session } from './session.js';

/** The cell for which a desk is made. */
export interface DeskCell {
  /** Absolute: its paths are relative to it. */
  folder: string;
  line: DocumentLine;
}

/** A session as one cell's command sees it. */
export function createDesk(session: Session, { folder, line }: DeskCell): Desk {
  const { inner, options } = session;
  const { host, workspace } = options;
  const absolute = (path: string): string => resolve(host.folder(), path);
  return {
    commands: options.list.commands,
    folders: { kind: (path) => host.files.kind(absolute(path)), list: (path) => host.files.list(absolute(path)) },
    open: (paths, runOptions) => workspace.load(paths, runOptions),
    known: (capture) => knownPackets(session, capture),
    zone: () => inner.config.zone,
    packetView: () => ({ columns: inner.config.columns, time: inner.config.time }),
    namesOf: (capture) => namesOf(session, capture),
    addressesOf: (capture) => addressesOf(session, capture),
    handles: () => listHandles(session),
    history: () =>
      inner.lines.map((each) => ({
        cell: each.cell,
        source: each.source,
        state: each.kind === 'note' ? 'note' : each.state,
      })),
    undo() {
      const change = inner.shelves.undo();
      if (change === null) throw new PcapshError('undo.nothing', 'there is nothing to undo');
      markCell(session, change.cell, 'undone');
      return changed(change.name, change.after.handles.get(change.name), change.before.handles.get(change.name));
    },
    redo() {
      const change = inner.shelves.redo();
      if (change === null) throw new PcapshError('redo.nothing', 'there is nothing to redo');
      markCell(session, change.cell, 'done');
      return changed(change.name, change.before.handles.get(change.name), change.after.handles.get(change.name));
    },
    settings: () => [
      ...SETTINGS.map(({ name, summary }) => ({ name, value: settingText(inner.config, name), summary })),
      ...[...session.scope().variables].map(([name, value]) => ({ name: `$${name}`, value, summary: 'a parameter' })),
    ],
    set: (name, value) => setValue(session, name, value),
    note: (text) => session.note(text, folder),
    async save(path, force) {
      const file = absolute(path);
      workspace.refuseProtected(file);
      if (host.files.kind(file) !== null && !force) {
        throw new PcapshError('save.exists', `${path} exists`, { hint: '--force replaces it' });
      }
      const { text, lines } = documentText(session, file);
      try {
        host.files.write(file, text, 0o666);
      } catch (error) {
        throw writeError(path, error);
      }
      return lines;
    },
    async runScript(path, parameters, keepGoing, runOptions) {
      const script = readScript(host, path);
      const given = new Map(parameters.map((each) => splitParameter(each)));
      checkParameters(script, given.keys());
      const report = await session.withParameters(given, () =>
        runScript(session, script, { ...runOptions, keepGoing }),
      );
      return report.cells;
    },
    recover: (runOptions: RunOptions) => recoverSession(session, runOptions),
    async tour(runOptions) {
      const script = readScript(host, `${options.examples}/tour.pcapsh`);
      const report = await runScript(session, script, { ...runOptions, keepGoing: false });
      return report.cells;
    },
    clear: () => options.onClear?.(),
    exit: () => {
      line.state = 'done';
      inner.leave();
    },
  };
}

/** `host=10.0.0.9` or `$host=10.0.0.9`. */
export function splitParameter(text: string): [string, string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals).replace(/^\$/, ''), text.slice(equals + 1)];
}

/** What is known of a handle without reading: its packets, and those of the captures under it; null where not yet. */
export function knownPackets(session: Session, capture: Capture): { packets: number | null; of: number | null } {
  const status = session.options.workspace.status(capture);
  const of = status.done ? status.rows : null;
  const packets = capture.plan.step === 'load' ? of : (session.inner.counts.get(capture) ?? null);
  return { packets, of };
}

function listHandles(session: Session): HandleRow[] {
  const { handles, current } = session.shelf();
  return [...handles.values()].map((handle) => {
    const { packets } = knownPackets(session, handle.capture);
    // While a capture is being indexed its handle holds at least the rows so far.
    const soFar = handle.capture.plan.step === 'load' ? session.options.workspace.status(handle.capture).rows : 0;
    return {
      name: handle.name,
      meaning: handle.meaning,
      packets: packets ?? (soFar > 0 ? soFar : null),
      complete: packets !== null,
      current: handle.name === current,
    };
  });
}

function markCell(session: Session, cell: number, state: 'undone' | 'done'): void {
  const line = session.inner.lines.find((each) => each.cell === cell);
  if (line !== undefined) line.state = state;
}

function changed(name: string, from: { meaning: string } | undefined, to: { meaning: string } | undefined): string {
  if (to === undefined) return `${name} is gone`;
  return from === undefined ? `${name} is back: ${to.meaning}` : `${name} is again: ${to.meaning}`;
}

function setValue(session: Session, name: string, value: string): string {
  const { inner } = session;
  if (name.startsWith('$')) {
    if (!/^\$[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new PcapshError('set.parameter', `"${name}" is no name of a parameter: $ and then letters, digits and _`, {
        kind: 'input',
      });
    }
    inner.defaults.set(name.slice(1), value);
    const holds = session.scope().variables.get(name.slice(1));
    return holds === value ? `${name} is ${value}` : `${name} stays ${holds}: --set wins`;
  }
  const setting = SETTINGS.find((each) => each.name === name);
  if (setting === undefined) {
    const names = SETTINGS.map((each) => each.name);
    throw new PcapshError('set.unknown', `there is no setting "${name}"`, {
      kind: 'input',
      hint: didYouMean(name, names, `there are ${names.join(', ')}, and $name for a parameter`),
    });
  }
  const checked = readSetting(setting.name, value);
  if (name === 'hosts' && checked !== null) return setHosts(session, value);
  Object.assign(inner.config, { [setting.name]: checked });
  return `${name} is ${settingText(inner.config, setting.name)}`;
}

function setHosts({ inner, options: { host } }: Session, file: string): string {
  const path = resolve(host.folder(), file);
  inner.hosts = { path, names: readHosts(host, path, file) };
  inner.config.hosts = path;
  return `hosts is ${file}: ${counted(inner.hosts.names.size, 'name')}`;
}

/** The names of the hosts file that is set, read once. */
function hostsOf({ inner, options: { host } }: Session): Names {
  const path = inner.config.hosts;
  if (path === null) return new Map();
  if (inner.hosts?.path !== path) inner.hosts = { path, names: readHosts(host, path) };
  return inner.hosts.names;
}

/** Names of hosts are looked up in the user's file and in the capture's own records, whether names are shown or not. */
function addressesOf(session: Session, capture: Capture): HostResolver {
  const own = session.options.workspace.descriptions(capture).flatMap(({ names }) => names);
  return resolverOf([
    ...hostsOf(session),
    ...own.map(({ address, name }): readonly [string, string] => [address, name]),
  ]);
}

/** What an address of a capture is called: the user's file before the capture's own records. */
function namesOf(session: Session, capture: Capture): (address: string) => string | null {
  if (session.inner.config.names === 'off') return () => null;
  const hosts = hostsOf(session);
  const given = namesOfCaptures(session.options.workspace.descriptions(capture));
  return (address) => hosts.get(address) ?? given.get(address) ?? null;
}
