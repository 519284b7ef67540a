import { defineConfig } from 'vitest/config';

const ci = process.env['CI'] === 'true';

/** Tests against real services, which `scripts/live.ts` installs; nothing here is skipped. */
export default defineConfig({
  test: {
    include: ['e2e/live/**/*.test.ts'],
    environment: 'node',
    env: { TZ: 'UTC' },
    reporters: ci ? ['default', ['json', { outputFile: 'results/live.json' }]] : ['default'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
