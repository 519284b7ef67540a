import { configDefaults, defineConfig } from 'vitest/config';
import { leftOutWithoutPython } from './scripts/python-at-hand.ts';
import { leftOutWithoutRedis } from './scripts/redis-at-hand.ts';
import { withRedis } from './vitest.live.config.ts';

/** In CI each run leaves a report that the totals are added up from. */
const ci = process.env['CI'] === 'true';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      ...leftOutWithoutPython([
        'test/integration/execution/python/**',
        'test/integration/execution/python-package.test.ts',
      ]),
      ...leftOutWithoutRedis(withRedis),
    ],
    environment: 'node',
    env: { TZ: 'UTC' },
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      '--import',
      new URL('test/native-typescript.mjs', import.meta.url).href,
    ],
    reporters: ci ? ['dot', ['json', { outputFile: 'results/unit.json' }]] : ['default'],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
});
