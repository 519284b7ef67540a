import { defineConfig } from 'vitest/config';

const ci = process.env['CI'] === 'true';

/** Tests of `test/` that start a real Redis; they run there as well where there is one. */
export const withRedis = [
  'test/contract/redis-token-store.test.ts',
  'test/integration/auth/stores/redis-token-store.test.ts',
];

/** Tests against real services, which `scripts/live.ts` installs; nothing here is skipped. */
export default defineConfig({
  test: {
    include: ['e2e/live/**/*.test.ts', ...withRedis],
    environment: 'node',
    env: { TZ: 'UTC' },
    reporters: ci ? ['default', ['json', { outputFile: 'results/live.json' }]] : ['default'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
