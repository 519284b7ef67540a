import { configDefaults, defineConfig } from 'vitest/config';
import { leftOutWithoutPython } from './scripts/python-at-hand.ts';
import { leftOutWithoutRedis } from './scripts/redis-at-hand.ts';
import { lengthy, withRedis } from './vitest.live.config.ts';

/** In CI each run leaves a report that the totals are added up from. */
const ci = process.env['CI'] === 'true';

const leftOut = [
  ...configDefaults.exclude,
  ...lengthy,
  ...leftOutWithoutPython([
    'e2e/cli/warehouse.test.ts',
    'e2e/http/code-reload.test.ts',
    'e2e/http/conformance.test.ts',
    'e2e/http/examples.test.ts',
    'e2e/http/python-project.test.ts',
    'test/integration/execution/python/**',
  ]),
  ...leftOutWithoutRedis(withRedis),
];

/** These replace modules. */
const apart = ['test/integration/http-edge.test.ts', 'test/integration/way-of-a-call.test.ts'];

export default defineConfig({
  test: {
    // a process for each file costs more than the tests: most of it goes into loading the same libraries again
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...leftOut, ...apart],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'apart', include: apart, exclude: leftOut } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/{http,stdio,cli}/**/*.test.ts'],
          exclude: leftOut,
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
    // more than there are cores: a test that waits for a server leaves its core to another
    maxWorkers: '200%',
    testTimeout: 20_000,
    environment: 'node',
    env: { TZ: 'UTC' },
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      '--import',
      new URL('test/native-typescript.mjs', import.meta.url).href,
    ],
    reporters: ci ? ['dot', ['json', { outputFile: 'results/tests.json' }]] : ['default'],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
});
