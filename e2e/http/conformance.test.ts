import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectCopy, repository } from '../support/command.ts';
import { revisions, runConformance } from '../support/conformance.ts';
import { startServer, type RunningServer } from '../support/server.ts';

describe('the MCP conformance suite', () => {
  const project = projectCopy(join(repository, 'e2e', 'projects', 'conformance'));
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(project.folder);
  });

  afterAll(async () => {
    await server.stop();
    project.remove();
  });

  it.each(revisions)(
    'passes the requirements of %s, every one',
    async (revision) => {
      const { code, output } = await runConformance(server.url, revision, join(project.folder, 'results'));

      expect(code, output).toBe(0);
    },
    120_000,
  );
});
