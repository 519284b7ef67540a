import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './command.ts';

const suite = join(repository, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');

/** The revisions whose requirements are tested, every one of them. */
export const revisions = ['2025-11-25', '2026-07-28'] as const;

/**
 * Runs the MCP conformance suite against a server.
 * @param url without `/mcp`
 * @param results folder for its reports
 */
export function runConformance(
  url: string,
  revision: string,
  results: string,
): Promise<{ readonly code: number; readonly output: string }> {
  const args = ['server', '--url', `${url}/mcp`, '--requirements', revision, '-o', results];
  return new Promise((resolve) => {
    execFile(process.execPath, [suite, ...args], { timeout: 110_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
    });
  });
}
