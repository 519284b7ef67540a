import { configDefaults, defineConfig } from 'vitest/config';
import { leftOutWithoutPython } from './scripts/python-at-hand.ts';

const withPython = [
  'e2e/cli/warehouse.test.ts',
  'e2e/http/code-reload.test.ts',
  'e2e/http/conformance.test.ts',
  'e2e/http/examples.test.ts',
  'e2e/http/protocol.test.ts',
  'e2e/http/python-faults.test.ts',
  'e2e/http/python-project.test.ts',
  'e2e/stdio/protocol.test.ts',
];

const ci = process.env['CI'] === 'true';

export default defineConfig({
  test: {
    include: ['e2e/{http,stdio,cli}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...leftOutWithoutPython(withPython)],
    environment: 'node',
    env: { TZ: 'UTC' },
    reporters: ci ? ['default', ['json', { outputFile: 'results/e2e.json' }]] : ['default'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
