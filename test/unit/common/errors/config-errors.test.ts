import { describe, expect, it } from 'vitest';
import { ConfigUnreadableError } from '../../../../src/common/errors/config-errors.js';

function failure(code: string, errno: number): Error {
  return Object.assign(new Error(`${code}: open '/app/mxcp-site.yml'`), { code, errno });
}

describe('ConfigUnreadableError', () => {
  it('says who may not read, and what to do', () => {
    const error = new ConfigUnreadableError('/app/mxcp-site.yml', failure('EACCES', -13));

    expect(error.message).toMatch(
      /^Cannot read \/app\/mxcp-site\.yml: permission denied\. Let (user \d+, group \d+|this user) read it\.$/,
    );
  });

  it('says why where rights do not help', () => {
    const error = new ConfigUnreadableError('/app/mxcp-site.yml', failure('EIO', -5));

    expect(error.message).toBe('Cannot read /app/mxcp-site.yml: i/o error');
  });
});
