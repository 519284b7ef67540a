import { defineConfig } from 'vitest/config';

const ci = process.env['CI'] === 'true';

/** Tests with container tools and a real Kubernetes API server, which `scripts/cluster.ts` installs. */
export default defineConfig({
  test: {
    include: ['e2e/cluster/**/*.test.ts'],
    environment: 'node',
    env: { TZ: 'UTC' },
    reporters: ci ? ['default', ['json', { outputFile: 'results/cluster.json' }]] : ['default'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
