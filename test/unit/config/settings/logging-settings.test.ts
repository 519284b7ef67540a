import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigRequest } from '../../../../src/common/ports/config-loader.js';
import { loadConfig } from '../../../builders/a-config-load.js';

const file = (logging: string): string => `logging: {${logging}}\n`;

describe('the log level', () => {
  const all = { MXCP_LOG_LEVEL: 'error', MCP_LOG_LEVEL: 'critical', LOG_LEVEL: 'debug' };

  it.each<[ConfigRequest, Record<string, string>, string, string]>([
    [{}, {}, '', 'warning'],
    [{ serving: true }, {}, '', 'info'],
    [{ serving: true }, {}, file('level: ERROR'), 'error'],
    [{}, { LOG_LEVEL: 'INFO' }, file('level: ERROR'), 'info'],
    [{}, { MCP_LOG_LEVEL: 'warn', LOG_LEVEL: 'info' }, '', 'warning'],
    [{}, all, file('level: INFO'), 'error'],
    [{}, { ...all, MXCP_DEBUG: 'yes' }, '', 'debug'],
    [{ debug: true }, all, '', 'debug'],
    [{}, { DEBUG: 'other,mcp:*' }, '', 'debug'],
    [{}, { DEBUG: 'other:*' }, '', 'warning'],
    [{ serving: true }, {}, file('enabled: false, level: DEBUG, path: x'), 'warning'],
    [{}, { MXCP_LOG_LEVEL: '' }, '', 'warning'],
  ])('for flags %j, environment %j and file %j is %s', async (request, env, user, level) => {
    expect((await loadConfig({ request, env, user })).logging.level).toBe(level);
  });

  it.each(['MXCP_LOG_LEVEL', 'MCP_LOG_LEVEL'])('must exist in %s', async (name) => {
    await expect(loadConfig({ env: { [name]: 'loud' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `${name}: Input should be 'debug', 'info', 'warning', 'error' or 'critical'`,
    });
  });

  it('that other programs put into LOG_LEVEL is ignored with a warning', async () => {
    const config = await loadConfig({ env: { LOG_LEVEL: 'trace' } });

    expect([config.logging.level, config.warnings]).toEqual([
      'warning',
      ['LOG_LEVEL is ignored: it is none of debug, info, warning, error, critical'],
    ]);
  });
});

describe('the log format', () => {
  it.each([
    [true, {}, '', 'text'],
    [false, {}, '', 'json'],
    [true, { NODE_ENV: 'production' }, '', 'json'],
    [false, { NODE_ENV: 'development' }, '', 'text'],
    [true, { NODE_ENV: 'production' }, file('format: text'), 'text'],
    [true, {}, file('format: json'), 'json'],
  ])('on a terminal: %j, with %j and %j is %s', async (isTerminal, env, user, format) => {
    expect((await loadConfig({ isTerminal, env, user })).logging.format).toBe(format);
  });
});

describe('the log file', () => {
  it.each([
    ['path: logs/x.log', (root: string) => join(root, 'logs/x.log')],
    ['path: ~/x.log', (_root: string, home: string) => join(home, 'x.log')],
    ['path: /var/log/x.log', () => '/var/log/x.log'],
    ['path: ""', () => null],
    ['enabled: false, path: x', () => null],
  ])('for %s lies at the root or at home', async (written, expected) => {
    const config = await loadConfig({ user: file(written), files: { 'sub/x': '' }, cwd: 'sub' });

    expect(config.logging.path).toBe(expected(config.root, config.home));
  });

  it('has its size, count and details from the file', async () => {
    const user = file('max_bytes: 1, backup_count: 2, access_ip: true, includeStack: false');

    expect((await loadConfig({ user, env: { NODE_ENV: 'development' } })).logging).toMatchObject({
      maxBytes: 1,
      backupCount: 2,
      accessIp: true,
      includeStack: false,
    });
  });

  it('holds stacks by default in development only', async () => {
    expect((await loadConfig({ env: { NODE_ENV: 'development' } })).logging.includeStack).toBe(true);
    expect((await loadConfig()).logging.includeStack).toBe(false);
  });
});
