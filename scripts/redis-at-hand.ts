import { spawnSync } from 'node:child_process';

/**
 * Test files to leave out on a machine without a Redis server: none where there is one. Says so in one line. The live
 * tests install it and run these files too.
 */
export function leftOutWithoutRedis(files: readonly string[]): readonly string[] {
  if (spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0) return [];
  console.warn(`Skipped, for want of redis-server: ${files.join(', ')}`);
  return files;
}
