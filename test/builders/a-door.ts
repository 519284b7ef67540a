import type { AuthConfig } from '../../src/common/domain/app-config.js';
import type { TokenSource } from '../../src/modules/auth/token-source.js';
import type { LocalProvider, TokenParts } from '../fakes/local-provider.js';
import { aVerifierConfig, resource } from './a-verifier.js';
import { anAuthentication } from './an-authentication.js';
import { anEndpoint } from './an-endpoint.js';
import { anMcpServer } from './an-mcp.js';

/** What {@link aDoor} is asked where a test does not say. */
export const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

interface DoorParts {
  readonly auth?: Partial<AuthConfig>;
  readonly source?: TokenSource;
}

/** `/mcp` of a server in verifier mode, unless the parts say otherwise. */
export async function aDoor(provider: LocalProvider, { auth = {}, source }: DoorParts = {}) {
  const oauth = aVerifierConfig(provider);
  const opened = await anAuthentication({
    auth: { oauth, ...auth },
    ...(source === undefined ? {} : { source }),
  });
  const server = anMcpServer({ endpoints: [anEndpoint()], authenticator: opened.authenticator });
  const post = (headers: Record<string, string> = {}, payload = list, url = '/mcp') =>
    server.app.inject({
      method: 'POST',
      url,
      payload,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        host: '127.0.0.1:8000',
        ...headers,
      },
    });
  const bearer = (token: string, more: Record<string, string> = {}, payload = list) =>
    post({ authorization: `Bearer ${token}`, ...more }, payload);
  const token = (claims: object = {}, more: TokenParts = {}) =>
    provider.token(opened.clock.now(), { aud: resource, ...claims }, more);
  return { ...opened, server, post, bearer, token };
}
