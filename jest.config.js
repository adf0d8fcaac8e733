const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2023',
        },
        module: { type: 'es6' },
      },
    ],
  },
};

const project = (displayName, extra = {}) => ({
  ...shared,
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  ...extra,
});

// Every distance but `unit` talks to a real PostgreSQL, started once for the whole run.
const postgres = {
  globalSetup: '<rootDir>/test/support/start-postgres.ts',
  globalTeardown: '<rootDir>/test/support/stop-postgres.ts',
};

export default {
  projects: [
    project('unit'),
    project('database', { ...postgres, testMatch: ['<rootDir>/test/db/**/*.test.ts'] }),
    project('http', postgres),
    project('faults', { globalSetup: '<rootDir>/test/faults/build.ts' }),
  ],
  maxWorkers: 2,
  // Machines that run tests are busy; no test is about time.
  testTimeout: 180_000,
};
