import { declare } from './command.js';

export const history = declare({
  name: 'history',
  group: 'session',
  summary: 'the cells of this session',
  args: [{ name: 'count', type: 'integer', summary: 'only the last N' }],
  examples: [{ line: 'history 5', summary: 'the last five' }],
  answers: 'a list',
  journal: false,
  input: 'none',
  async run(_input, args, { desk }) {
    const rows = desk.history();
    return {
      kind: 'history',
      rows: args.count === undefined ? rows : rows.slice(Math.max(0, rows.length - args.count)),
    };
  },
});
