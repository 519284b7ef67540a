import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectCopy, repository } from '../support/command.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const suite = join(repository, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');

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

  it.each(['2025-11-25', '2026-07-28'])(
    'passes the requirements of %s, every one',
    async (revision) => {
      const results = join(project.folder, 'results');
      const args = ['server', '--url', `${server.url}/mcp`, '--requirements', revision, '-o', results];

      const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
        execFile(process.execPath, [suite, ...args], { timeout: 110_000 }, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
        });
      });

      expect(code, output).toBe(0);
    },
    120_000,
  );
});
