import { describe, expect, it } from 'vitest';
import { loadConfig, siteProfile, smallestSite, userProfile } from '../../../builders/a-config-load.js';

describe('MXCP_USER_CONTEXT', () => {
  it('is the identity of stdio calls, digits included', async () => {
    const config = await loadConfig({
      env: { MXCP_USER_CONTEXT: '{"user_id": "ada", "n": 9007199254740993}' },
    });

    expect(config.stdioUserContext).toEqual({ user_id: 'ada', n: 9007199254740993n });
    expect(Object.isFrozen(config.stdioUserContext)).toBe(true);
  });

  it('counts as unset when empty', async () => {
    expect((await loadConfig({ env: { MXCP_USER_CONTEXT: '' } })).stdioUserContext).toBeNull();
  });

  it.each(['[1]', '"ada"', 'null', '{"secret'])('must be an object, not %s', async (text) => {
    const error: unknown = await loadConfig({ env: { MXCP_USER_CONTEXT: text } }).catch(
      (cause: unknown) => cause,
    );

    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'MXCP_USER_CONTEXT must be a JSON object such as {"user_id": "ada"}',
    });
    expect((error as Error).cause).toBeUndefined();
  });
});

describe('MXCP_USER_CONTEXT that names nobody', () => {
  it('is refused', async () => {
    await expect(loadConfig({ env: { MXCP_USER_CONTEXT: '{"user_id": 42}' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'MXCP_USER_CONTEXT: user_id must be a string',
    });
  });
});

describe('MXCP_REQUEST_STATE_KEY', () => {
  const long = 'k'.repeat(32);

  it('beats the key of the user file, and shows nowhere', async () => {
    const config = await loadConfig({
      user: `mxcp: 1\nserver: {request_state_key: ${'f'.repeat(32)}}\n`,
      env: { MXCP_REQUEST_STATE_KEY: long },
    });

    expect(config.server.requestStateKey?.reveal()).toBe(long);
    expect(JSON.stringify(config.server)).not.toContain(long);
  });

  it('must be long enough to keep a secret; the text is not quoted', async () => {
    await expect(loadConfig({ env: { MXCP_REQUEST_STATE_KEY: 'changeme' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message:
        'server.request_state_key (MXCP_REQUEST_STATE_KEY) needs at least 32 characters; make one with: openssl rand -hex 32',
    });
  });
});

describe('METRICS_ENABLED', () => {
  it.each([
    ['false', false],
    ['0', false],
    ['true', true],
  ])('%s', async (word, enabled) => {
    expect((await loadConfig({ env: { METRICS_ENABLED: word } })).metrics.enabled).toBe(enabled);
  });

  it('is independent of telemetry, whose metrics name the second listener', async () => {
    const user = userProfile('telemetry: {enabled: false, metrics: {prometheus_port: 9090}}');

    expect((await loadConfig({ user })).metrics).toEqual({ enabled: true, prometheusPort: 9090 });
  });
});

describe('MXCP_AUDIT_ENABLED', () => {
  it.each([
    ['no', 'true', false],
    ['1', 'false', true],
    ['perhaps', 'true', true],
  ])('%s over %s', async (word, written, enabled) => {
    const site = siteProfile(`audit: {enabled: ${written}}`);

    expect((await loadConfig({ site, env: { MXCP_AUDIT_ENABLED: word } })).audit.enabled).toBe(enabled);
  });

  it('that says neither yes nor no is warned of', async () => {
    expect((await loadConfig({ env: { MXCP_AUDIT_ENABLED: 'on' } })).warnings).toEqual([
      'MXCP_AUDIT_ENABLED is ignored: it is none of true, 1, yes, false, 0, no',
    ]);
  });
});

describe('the SQL tools', () => {
  it.each([
    [undefined, 'true', true],
    [false, 'true', false],
    [true, 'false', true],
  ])('for the flag %j and the file %s are enabled: %j', async (flag, written, enabled) => {
    const config = await loadConfig({
      site: `${smallestSite}sql_tools: {enabled: ${written}}\n`,
      request: flag === undefined ? {} : { sqlTools: flag },
    });

    expect(config.sqlTools.enabled).toBe(enabled);
  });
});
