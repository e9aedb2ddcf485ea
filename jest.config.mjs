// ES modules throughout: run with NODE_OPTIONS=--experimental-vm-modules (test/support/run-all.mjs does).
export default {
  rootDir: '.',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts', 'commands/**/*.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['json-summary', 'text'],
  maxWorkers: 2,
  // The longest go through all corpora; beside other work a test may take several times what it takes alone.
  testTimeout: 240_000,
};
