import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../support/command.ts';

const hadolint = join(repository, '.cache', 'live', 'python', 'bin', 'hadolint');
const files = [
  'Dockerfile',
  ...readdirSync(join(repository, 'deploy', 'docker'))
    .filter((name) => name.startsWith('Dockerfile'))
    .map((name) => `deploy/docker/${name}`),
];

const lint = (args: readonly string[], input?: string): { status: number | null; output: string } => {
  const { status, stdout, stderr, error } = spawnSync(hadolint, ['--no-color', ...args], {
    cwd: repository,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  if (error !== undefined) throw error;
  return { status, output: stdout + stderr };
};

describe('hadolint', () => {
  it.each(files)('has nothing to say about %s', (file) => {
    expect(lint([file])).toEqual({ status: 0, output: '' });
  });

  it('would say something', () => {
    const { status, output } = lint(['-'], 'FROM node:latest\nRUN cd /tmp\n');
    expect(status).toBe(1);
    expect(output).toContain('DL3007');
  });

  it('passes over one rule only, whose reason stands above it', () => {
    const ignored = files.flatMap((file) =>
      [...readFileSync(join(repository, file), 'utf8').matchAll(/^(.*)\n# hadolint (.*)$/gm)].map(
        ([, reason, rule]) => `${rule ?? ''} ${String(/^# \w.*:$/.test(reason ?? ''))}`,
      ),
    );
    expect(ignored).toEqual(['global ignore=DL3008 true']);
  });
});
