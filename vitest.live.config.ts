import { defineConfig } from 'vitest/config';

const ci = process.env['CI'] === 'true';

/** Tests of `test/` that start a real Redis; they run there as well where there is one. */
export const withRedis = [
  'test/contract/redis-token-store.test.ts',
  'test/integration/auth/stores/redis-token-store.test.ts',
];

/** Floods, memory, crashes, the worker's own tests, SQL once more in a thread: minutes that a change seldom needs. */
export const lengthy = [
  'test/integration/auth/token-flood.test.ts',
  'test/integration/auth/stores/sqlite-token-store-memory.test.ts',
  'test/integration/execution/in-a-thread.test.ts',
  'test/integration/execution/python/faults.test.ts',
  'test/integration/execution/python-package.test.ts',
];

/** Tests against real services, which `scripts/live.ts` installs; nothing here is skipped. */
export default defineConfig({
  test: {
    include: ['e2e/live/**/*.test.ts', ...withRedis, ...lengthy],
    environment: 'node',
    env: { TZ: 'UTC' },
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      '--import',
      new URL('test/native-typescript.mjs', import.meta.url).href,
    ],
    reporters: ci ? ['default', ['json', { outputFile: 'results/live.json' }]] : ['default'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
