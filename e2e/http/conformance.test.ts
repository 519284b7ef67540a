import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../support/command.ts';
import { revisions, runConformance } from '../support/conformance.ts';
import { servedProject } from '../support/served-project.ts';

describe('the MCP conformance suite', () => {
  const server = servedProject(join(repository, 'e2e', 'projects', 'conformance'));

  it.each(revisions)(
    'passes the requirements of %s, every one',
    async (revision) => {
      const { code, output } = await runConformance(server.url, revision, join(server.folder, 'results'));

      expect(code, output).toBe(0);
    },
    120_000,
  );
});
