import { commands } from '../../commands/index.js';
import { enterFolder, type Sitting, sit } from '../session/fixture.js';

let leave: () => void;
let sitting: Sitting;
beforeEach(async () => {
  leave = enterFolder();
  sitting = sit();
  await sitting.run('office = load examples/office.pcapng');
});
afterEach(async () => {
  await sitting.workspace.close();
  leave();
});

const examples = commands.flatMap((command) =>
  command.examples.map((example) => [command.name, example.line] as const),
);

test('every command has an example', () => {
  expect(commands.filter((command) => command.examples.length === 0)).toEqual([]);
  expect(new Set(commands.map((command) => command.name)).size).toBe(commands.length);
});

test.each(examples)('%s: %s', async (name, line) => {
  // Something must have been done before it can be taken back, or made again.
  if (name === 'redo') await sitting.run('undo');
  const outcome = await sitting.run(line);
  expect(line).toContain(name);
  if (name === 'note') expect(outcome).toBeNull();
  else expect(outcome).toMatchObject({ status: 0, error: null });
});
