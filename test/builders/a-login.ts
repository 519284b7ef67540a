import type {
  IdentityProvider,
  LoginAttempt,
  UpstreamIdentity,
} from '../../src/common/ports/identity-provider.js';

export function aLogin(parts: Partial<LoginAttempt> = {}): LoginAttempt {
  return {
    state: 'state-of-this-attempt',
    codeVerifier: 'v'.repeat(43),
    nonce: 'nonce-of-this-attempt',
    redirectUri: 'https://server.test/callback',
    ...parts,
  };
}

/** Where the provider sends the browser back to, as a browser without questions comes to it. */
export async function comeBack(begun: URL): Promise<URL> {
  const answer = await fetch(begun, { redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`no redirect but ${answer.status}`);
  return new URL(location);
}

/** A whole sign-in. */
export async function signIn(provider: IdentityProvider, login = aLogin()): Promise<UpstreamIdentity> {
  return provider.complete(login, await comeBack(await provider.begin(login)));
}
