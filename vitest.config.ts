import { configDefaults, defineConfig } from 'vitest/config';
import { leftOutWithoutPython } from './scripts/python-at-hand.ts';
import { leftOutWithoutRedis } from './scripts/redis-at-hand.ts';
import { withRedis } from './vitest.live.config.ts';

/** In CI each run leaves a report that the totals are added up from. */
const ci = process.env['CI'] === 'true';

const leftOut = [
  ...configDefaults.exclude,
  ...leftOutWithoutPython([
    'test/integration/execution/python/**',
    'test/integration/execution/python-package.test.ts',
  ]),
  ...leftOutWithoutRedis(withRedis),
];

/** The first loads the tests of other files, which a process does once; the others replace modules. */
const apart = [
  'test/integration/execution/in-a-thread.test.ts',
  'test/integration/http-edge.test.ts',
  'test/integration/way-of-a-call.test.ts',
];

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
    ],
    // by itself Vitest leaves one core free, which is half of two
    maxWorkers: '100%',
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
