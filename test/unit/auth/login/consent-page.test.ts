import { describe, expect, it } from 'vitest';
import { consentPage } from '../../../../src/modules/auth/login/consent-page.js';
import type { PendingLogin } from '../../../../src/modules/auth/sign-in.js';
import { aPendingLogin } from '../../../fakes/waiting-logins.js';

const around = { issuer: 'https://mxcp.test/tools', provider: 'acme', providerScopes: ['openid', 'email'] };

function pageOf(changes: Partial<PendingLogin> = {}, surroundings: Partial<typeof around> = {}): string {
  return consentPage(aPendingLogin(changes), { ...around, ...surroundings }, 'a-csrf-token');
}

/** What a reader sees of the page. */
function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('The consent page', () => {
  it('says who asks, for what, and where it leads', () => {
    const text = textOf(pageOf({ scopes: ['sales', 'hr'] }));

    expect(text).toContain('Allow Notebook to use this server');
    expect(text).toContain('You are sent back to notebook.test');
    expect(text).toContain('Server mxcp.test');
    expect(text).toContain('Access to this server sales, hr');
    expect(text).toContain('You sign in at acme');
    expect(text).toContain('This server asks there for openid, email');
    expect(text).toContain('Anybody can register under any name');
  });

  it('says what no scopes mean', () => {
    const text = textOf(pageOf({}, { providerScopes: [] }));

    expect(text).toContain('Access to this server what you may use there');
    expect(text).toContain('what the provider gives without asking');
  });

  it('names the site of a client that publishes itself, as the address bar would', () => {
    const text = textOf(
      pageOf({ isMetadataDocument: true, clientId: 'https://nötebook.test:8443/client.json' }),
    );

    expect(text).toContain('Published by xn--ntebook-90a.test:8443');
    expect(text).not.toContain('Anybody can register');
  });

  it.each(['http://localhost:1234/x', 'http://127.0.0.1/x', 'http://[::1]:9/x', 'cursor://anysphere/x'])(
    'warns that %s is only an application on this computer',
    (redirectUri) => {
      expect(textOf(pageOf({ redirectUri }))).toContain('An application on this computer gets the access');
    },
  );

  it.each(['https://localhost.evil.test/', 'https://127.0.0.1.evil.test/'])(
    'does not take %s for this computer',
    (redirectUri) => {
      const text = textOf(pageOf({ redirectUri }));

      expect(text).not.toContain('on this computer');
      expect(text).toContain(`You are sent back to ${new URL(redirectUri).host}`);
    },
  );

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'; alert(1); '",
    '</title><script>',
    '</style><script>',
    '&lt;script&gt;',
    '{{constructor}}',
    '${7*7}',
  ])('shows %s as what it is', (evil) => {
    const page = pageOf(
      { clientName: evil, scopes: [evil], isMetadataDocument: true, clientId: evil, redirectUri: evil },
      { provider: evil, providerScopes: [evil] },
    );
    const plain = pageOf({ isMetadataDocument: true });

    const tagsOf = (html: string): string[] => html.match(/<\/?[a-z]+/g) ?? [];
    expect(tagsOf(page)).toEqual(tagsOf(plain));
    expect(page).not.toMatch(/<(script|img)/);
    const shown = evil.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    expect(page).toContain(shown.replaceAll('"', '&quot;').replaceAll("'", '&#39;'));
  });

  it('falls back to the client id when the name shows nothing', () => {
    expect(textOf(pageOf({ clientName: '\u200b\u202e\u3164' }))).toContain('Allow client-1 to use');
  });

  it('has one form without script, that carries the token', () => {
    const page = pageOf();

    expect(page.match(/<form method="post">/g)).toHaveLength(1);
    expect(page).toContain('<input type="hidden" name="csrf" value="a-csrf-token" />');
    expect(page.match(/<button[^>]*name="decision" value="(approve|deny)"/g)).toHaveLength(2);
    expect(page).not.toMatch(/<script|javascript:|\son[a-z]+=|style=/);
  });

  it('has a language, a title and a heading for those who hear it', () => {
    const page = pageOf();

    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<title>Allow Notebook?</title>');
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });
});
