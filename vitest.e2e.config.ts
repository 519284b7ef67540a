import { defineConfig } from 'vitest/config';

const ci = process.env['CI'] === 'true';

export default defineConfig({
  test: {
    include: ['e2e/{http,stdio,cli}/**/*.test.ts'],
    environment: 'node',
    env: { TZ: 'UTC' },
    reporters: ci ? ['default', ['json', { outputFile: 'results/e2e.json' }]] : ['default'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
