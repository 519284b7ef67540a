import { describe, expect, it } from 'vitest';
import { apiKeyUserId } from '../../../src/common/domain/api-key.js';
import { runProgram } from '../../../src/modules/cli/program.js';
import { FakeHost } from '../../fakes/fake-host.js';

async function apikey(...argv: string[]) {
  const host = new FakeHost(['apikey', ...argv]);
  return { code: await runProgram(host), host };
}

describe('mxcp apikey generate', () => {
  it('prints the key alone on stdout, and on stderr how to use it', async () => {
    const { code, host } = await apikey('generate', '--name', 'ci');
    expect(code).toBe(0);
    expect(host.output).toMatch(/^[0-9a-f]{64}\n$/);
    const key = host.output.trim();
    expect(host.errors).toContain(`MCP_API_KEYS=ci=${key}\n`);
    expect(host.errors).toContain(apiKeyUserId(key));
    expect(host.requests).toEqual([]);
  });

  it('makes another one each time, and needs no name', async () => {
    const [one, other] = [await apikey('generate'), await apikey('generate')];
    expect(one.host.output).not.toBe(other.host.output);
    expect(one.host.errors).toContain(`MCP_API_KEYS=${one.host.output}`);
  });

  it('prints one document', async () => {
    const { host } = await apikey('generate', '--name', 'ci', '--json');
    const { result } = host.json as { result: { key: string } };
    expect(result).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: 'ci',
      entry: `ci=${result.key}`,
      user_id: apiKeyUserId(result.key),
    });
    expect(host.errors).toBe('');
  });

  it.each([
    [['generate', '--name', 'a=b'], "Invalid value for '--name': 'a=b' may only have"],
    [['revoke'], "Invalid value for '{generate}': 'revoke' is not one of 'generate'."],
    [[], "Missing argument '{generate}'."],
  ])('explains %j', async (argv, message) => {
    const { code, host } = await apikey(...argv);
    expect(code).toBe(2);
    expect(host.errors).toContain(message);
    expect(host.output).toBe('');
  });
});
