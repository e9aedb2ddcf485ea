import { PcapshError } from '../src/errors.js';
import { declare } from './command.js';

export const set = declare({
  name: 'set',
  group: 'session',
  summary: 'a setting (zone, columns, time, hosts), or the default of a parameter ($host); alone it lists them',
  args: [
    {
      name: 'name',
      type: 'text',
      literal: true,
      placeholder: 'NAME',
      summary: 'of a setting (set alone lists them), or $name',
    },
    {
      name: 'value',
      type: 'text',
      placeholder: 'VALUE',
      isPath: (text, { name }) => name === 'hosts' && text !== 'none',
      summary: 'its new value',
    },
  ],
  examples: [
    { line: 'set $host 10.0.0.9', summary: 'a parameter of the script, as filter host $host uses it' },
    { line: 'set zone Europe/Berlin', summary: 'times are shown in that zone' },
    { line: 'set columns number,time,source,destination,application,info', summary: 'what lists of packets show' },
    { line: 'set time relative', summary: 'seconds since the first packet' },
    { line: 'set', summary: 'all settings' },
  ],
  answers: 'a message',
  input: 'none',
  async check(args) {
    if (args.name === undefined || args.value !== undefined) return;
    throw new PcapshError('set.no-value', `set ${args.name} needs a value`, {
      kind: 'input',
      hint: 'set alone lists the settings',
    });
  },
  async run(_input, args, { desk }) {
    if (args.name === undefined || args.value === undefined) return { kind: 'settings', rows: desk.settings() };
    const text = desk.set(args.name, args.value);
    return { kind: 'message', text, json: { name: args.name, value: args.value } };
  },
});
