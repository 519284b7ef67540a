import { spawnSync } from 'node:child_process';

/**
 * Test files to leave out on a machine without a Python that runs endpoints: none where there is one. Says so in
 * one line. The build server has Python, so there every file runs.
 */
export function leftOutWithoutPython(files: readonly string[]): readonly string[] {
  const check = ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'];
  if (spawnSync('python3', check, { stdio: 'ignore' }).status === 0) return [];
  console.warn(`Skipped, for want of python3 of version 3.10 or later: ${files.join(', ')}`);
  return files;
}
