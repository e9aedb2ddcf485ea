import { importsOf, modulesOf } from './modules.js';

/** bytes -> formats -> decode -> table -> filter, edit, analyze -> sinks, wire -> plan -> commands -> session: nothing imports upwards. */

/** What stands beside each other on a storey does not import its neighbour. */
const STOREYS = [
  ['src/errors', 'src/progress', 'src/time', 'src/bytes'],
  ['src/formats'],
  ['src/decode'],
  ['src/table'],
  ['src/filter', 'src/edit', 'src/analyze'],
  ['src/sinks', 'src/wire'],
  ['src/plan'],
  ['src/index'],
  ['commands'],
  ['session'],
];
const GROUND = 0;

interface Place {
  storey: number;
  wing: string;
}

/** Where a module belongs: the storey whose wing its path begins with. */
function placeOf(module: string): Place | null {
  for (const [storey, wings] of STOREYS.entries()) {
    const wing = wings.find((name) => module === `${name}.ts` || module.startsWith(`${name}/`));
    if (wing !== undefined) return { storey, wing };
  }
  return null;
}

const modules = ['src', 'commands', 'session'].flatMap(modulesOf);
const edges = modules.flatMap(importsOf);

function goesUp({ from, to }: { from: string; to: string }): boolean {
  const lower = placeOf(from);
  const upper = placeOf(to);
  if (lower === null || upper === null || lower.wing === upper.wing) return false;
  return upper.storey > lower.storey || (upper.storey === lower.storey && lower.storey !== GROUND);
}

describe('import directions', () => {
  test('the scan finds the modules and their imports', () => {
    expect(modules.length).toBeGreaterThan(150);
    expect(edges).toContainEqual({ from: 'session/main.ts', to: 'session/program.ts' });
    expect(edges).toContainEqual({ from: 'src/index.ts', to: 'src/plan/capture.ts' });
  });

  test('every module stands on a storey', () => {
    expect(modules.filter((module) => placeOf(module) === null)).toEqual([]);
  });

  test('nothing imports upwards, or from a wing on its own storey', () => {
    expect(edges.filter(goesUp)).toEqual([]);
  });

  test('an import upwards would be found', () => {
    expect(goesUp({ from: 'src/formats/reader.ts', to: 'src/plan/steps.ts' })).toBe(true);
    expect(goesUp({ from: 'src/analyze/flows.ts', to: 'src/filter/filter.ts' })).toBe(true);
    expect(goesUp({ from: 'src/plan/open.ts', to: 'commands/load.ts' })).toBe(true);
    expect(goesUp({ from: 'commands/load.ts', to: 'session/desk.ts' })).toBe(true);
    expect(goesUp({ from: 'session/desk.ts', to: 'src/plan/open.ts' })).toBe(false);
  });

  test('relative imports lead to modules of the project', () => {
    const known = new Set(modules);
    const isLost = ({ to }: { to: string }): boolean => /^(src|commands|session)\//.test(to) && !known.has(to);
    // `x.js` may be written `x.tsx`; a declaration file stands for a package's file.
    expect(edges.filter((edge) => isLost(edge) && !known.has(edge.to.replace(/\.ts$/, '.tsx')))).toEqual([]);
  });
});
