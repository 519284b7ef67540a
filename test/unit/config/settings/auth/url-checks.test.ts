import { describe, expect, it } from 'vitest';
import { Findings } from '../../../../../src/modules/config/settings/auth/findings.js';
import { checkProviderUrl } from '../../../../../src/modules/config/settings/auth/url-checks.js';

function found(url: string): readonly string[] {
  const findings = new Findings();
  checkProviderUrl('the.url', url, findings);
  return [...findings.problems, ...findings.warnings.map((warning) => `warning: ${warning}`)];
}

describe('checkProviderUrl', () => {
  it.each(['https://login.test/x', 'http://localhost:8080', 'http://127.0.0.5', 'http://[::1]:1/'])(
    'has nothing against %s',
    (url) => {
      expect(found(url)).toEqual([]);
    },
  );

  it.each(['', 'login.test', '/x', 'ftp://login.test', 'javascript:alert(1)'])('refuses %j', (url) => {
    expect(found(url)).toEqual(['the.url must be an absolute https URL']);
  });

  it.each(['http://login.test', 'http://8.8.8.8', 'http://172.32.0.1', 'http://[2001:db8::1]'])(
    'sends no secrets to %s',
    (url) => {
      expect(found(url)).toEqual(['the.url must use https']);
    },
  );

  it.each([
    'http://keycloak:8080',
    'http://login.corp',
    'http://login.svc.cluster.local',
    'http://10.1.2.3',
    'http://172.16.0.1',
    'http://192.168.1.1',
    'http://[fd00::1]',
  ])('warns of %s', (url) => {
    expect(found(url)).toEqual([
      'warning: the.url is reached without encryption: secrets cross the private network in clear',
    ]);
  });

  it('refuses credentials, and does not repeat them', () => {
    expect(found('https://ada:hunter2@login.test')).toEqual([
      'the.url must not carry a user name or a password',
    ]);
  });
});
