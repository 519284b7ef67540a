import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../builders/a-config-load.js';

async function keys(MCP_API_KEYS: string, env: Record<string, string> = {}) {
  const { auth, warnings } = await loadConfig({ env: { MCP_API_KEYS, ...env } });
  return {
    keys: auth.apiKeys.map(({ name, key }) => [name, key.reveal()]),
    problems: auth.problems,
    warnings,
    auth,
  };
}

const long = 'a1b2c3d4e5f6a7b8';
const production = { NODE_ENV: 'production' };
const tip = '; make one with: mxcp apikey generate';

describe('MCP_API_KEYS', () => {
  it('holds keys, with or without a name', async () => {
    expect(await keys(` ${long} , ci.bot-1=${long}x,,`)).toMatchObject({
      keys: [
        [null, long],
        ['ci.bot-1', `${long}x`],
      ],
      problems: [],
      warnings: [],
    });
  });

  it.each([
    ['YWJjZGVmZ2hpamtsbQ==', null, 'YWJjZGVmZ2hpamtsbQ=='],
    ['YWJjZGVmZ2hpamtsbW4=', null, 'YWJjZGVmZ2hpamtsbW4='],
    ['ci=YWJjZGVmZ2hpamtsbQ==', 'ci', 'YWJjZGVmZ2hpamtsbQ=='],
  ])('reads %s as base64 may be written', async (entry, name, key) => {
    expect((await keys(entry)).keys).toEqual([[name, key]]);
  });

  it('means none while it is empty, and is wrong when it names none', async () => {
    expect(await keys('')).toMatchObject({
      keys: [],
      warnings: ['MCP_API_KEYS is empty: nobody is asked for a key'],
      problems: [],
    });
    expect(await keys(' , ,')).toMatchObject({
      keys: [],
      problems: ['MCP_API_KEYS names no key; make one with: mxcp apikey generate'],
    });
  });

  it.each(['ci=', 'nightly-reports=', 'daily-report-of-sales=', 'sales.report.1='])(
    'must not hold %s, a name whose key is missing',
    async (entry) => {
      const { problems } = await keys(`${long},${entry}`);

      expect(problems).toEqual(['entry 2 of MCP_API_KEYS is a name without a key']);
    },
  );

  it('must not hold a key that anybody can know', async () => {
    const finding = `entry 1 of MCP_API_KEYS is the published example key${tip}`;

    expect(await keys('dev-key-12345')).toMatchObject({ warnings: [finding], problems: [] });
    expect(await keys('dev-key-12345', production)).toMatchObject({ warnings: [], problems: [finding] });
  });

  it('must not hold a key that can be guessed', async () => {
    const finding = `key 'ci' of MCP_API_KEYS is shorter than 16 characters${tip}`;

    expect(await keys(`${long},ci=hunter2`)).toMatchObject({ warnings: [finding], problems: [] });
    expect(await keys(`${long},ci=hunter2`, production)).toMatchObject({ problems: [finding] });
    expect(await keys(long, production)).toMatchObject({ warnings: [], problems: [] });
  });

  it('shows in nothing that is printed', async () => {
    const { auth, warnings, problems } = await keys('ci=hunter2,dev-key-12345', production);

    expect(JSON.stringify([auth, warnings, problems])).not.toMatch(/hunter2|dev-key-12345/);
  });
});
