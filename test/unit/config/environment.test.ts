import { chmod } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { currentEnvironment, Environment } from '../../../src/modules/config/environment.js';
import { aFolder } from '../../builders/a-project-folder.js';

function environment(cwd: string, variables: Record<string, string> = {}): Environment {
  return new Environment({
    variables,
    cwd,
    home: '/home/ada',
    cpuCount: 1,
    threadPoolSize: 16,
    isTerminal: false,
  });
}

describe('MXCP_ENV_FILE', () => {
  it('is read as systemd reads an EnvironmentFile', async () => {
    const content = [
      '# a comment',
      '; another',
      '',
      'PLAIN=a b',
      'export EXPORTED=x',
      'DOUBLE="with = and # inside"',
      "SINGLE='quo\"ted'",
      'EMPTY=',
      'SPACED =  y  ',
      'LITERAL=${PLAIN}\r',
    ].join('\n');
    const variables = await environment(await aFolder({ env: content }), {
      MXCP_ENV_FILE: 'env',
    }).variables();

    const names = ['PLAIN', 'EXPORTED', 'DOUBLE', 'SINGLE', 'EMPTY', 'SPACED', 'LITERAL', 'UNSET'];
    expect(names.map((name) => variables.value(name))).toEqual([
      'a b',
      'x',
      'with = and # inside',
      'quo"ted',
      '',
      'y',
      '${PLAIN}',
      undefined,
    ]);
  });

  it('beats the variables of the process, which may be an older copy of it', async () => {
    const folder = await aFolder({ env: 'A=new\n' });
    const variables = await environment(folder, { MXCP_ENV_FILE: 'env', A: 'old', B: 'kept' }).variables();

    expect([variables.value('A'), variables.value('B')]).toEqual(['new', 'kept']);
  });

  it('must exist', async () => {
    const folder = await aFolder();

    await expect(environment(folder, { MXCP_ENV_FILE: 'env' }).variables()).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: `MXCP_ENV_FILE not found at ${join(folder, 'env')}. Create that file, or unset the variable.`,
    });
  });

  it('must be readable', async () => {
    const folder = await aFolder({ 'env/x': '' });
    await chmod(folder, 0o700);

    await expect(environment(folder, { MXCP_ENV_FILE: 'env' }).variables()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `Cannot read MXCP_ENV_FILE ${join(folder, 'env')}: illegal operation on a directory`,
    });
  });

  it.each(['A=1\nsecret words', 'A=1\n=secret', 'A=1\n1A=secret'])(
    'names the line that is none, not what it says: %j',
    async (content) => {
      const folder = await aFolder({ env: content });

      await expect(environment(folder, { MXCP_ENV_FILE: 'env' }).variables()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: `${join(folder, 'env')}:2: expected KEY=VALUE`,
      });
    },
  );

  it('counts as unset when empty', async () => {
    const variables = await environment('/', { MXCP_ENV_FILE: '' }).variables();

    expect(variables.value('MXCP_ENV_FILE')).toBe('');
  });
});

describe('Variables', () => {
  it.each([
    ['true', true],
    [' YES ', true],
    ['1', true],
    ['False', false],
    ['no', false],
    ['0', false],
    ['on', undefined],
    ['', undefined],
  ])('reads the flag %j as %j', async (word, expected) => {
    const variables = await environment('/', { FLAG: word }).variables();

    expect(variables.flag('FLAG')).toBe(expected);
  });

  it('has own names only', async () => {
    const variables = await environment('/').variables();

    expect(variables.value('constructor')).toBeUndefined();
  });
});

describe('Environment', () => {
  it.each([
    ['~', '/home/ada'],
    ['~/x', '/home/ada/x'],
    ['~bob/x', '~bob/x'],
    ['a/~', 'a/~'],
  ])('expands %s to %s', (path, expected) => {
    expect(environment('/').expandHome(path)).toBe(expected);
  });

  it('is taken from the process', () => {
    const current = currentEnvironment();

    expect(current.cwd).toBe(process.cwd());
    expect(current.home).toBe(homedir());
    expect(current.cpuCount).toBeGreaterThan(0);
    expect(current.threadPoolSize).toBeGreaterThan(0);
  });
});
