import { configDefaults, defineConfig } from 'vitest/config';

// a thread has the zone of its process
process.env['TZ'] = 'UTC';

/** What `npm run mutate` runs for each mutant: the quick tests of the folders that `stryker.config.json` names. */
export default defineConfig({
  test: {
    include: ['test/unit/{policy,pipeline}/**/*.test.ts', 'test/unit/endpoints/schema/**/*.test.ts'],
    // sets the zone, which a thread cannot
    exclude: [...configDefaults.exclude, 'test/unit/endpoints/schema/server-zone.test.ts'],
    environment: 'node',
    isolate: false,
  },
});
