import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { examples, mxcp } from '../support/command.ts';
import { servedProject } from '../support/served-project.ts';

describe('mxcp healthcheck', () => {
  const server = servedProject(join(examples, 'earthquakes'));

  it('is 0 for a running server', async () => {
    const { code, stdout, stderr } = await mxcp(['healthcheck', '--url', server.url], { cwd: '/' });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^✅ healthy\n {3}http:\S+\/health \(mxcp \d+\.\d+\.\d+, up for \d+ s\)\n$/);
  });

  it('finds the server of its own environment', async () => {
    const env = { MCP_PORT: String(server.port), BIND_IP: '0.0.0.0' };

    const { code, stdout } = await mxcp(['healthcheck', '--json'], { cwd: '/', env });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ok', result: { status: 'healthy' } });
  });
});
