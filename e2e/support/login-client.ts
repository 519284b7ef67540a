import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { negotiation, type Era } from './client.ts';
import { redirectUri } from './oauth-client.ts';

/** How the user gets from an authorization URL to the client's redirect URI. */
export type Browse = (authorizationUrl: URL, redirectUri: string) => Promise<URL>;

/** What the official client keeps of one user; it knows nothing but the URL of the MCP server. */
export class ClientCredentials implements OAuthClientProvider {
  readonly redirectUrl = redirectUri;
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'Official client',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
  };
  authorizationUrl: URL | null = null;
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';
  #discovery: OAuthDiscoveryState | undefined;

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.#client;
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#client = client;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.authorizationUrl = url;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovery = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery;
  }
}

/** The official client, given only the URL: it is refused, discovers, registers, signs in and connects. */
export async function connectByLogin(
  mcpUrl: string,
  browse: Browse,
  era: Era,
  credentials = new ClientCredentials(),
): Promise<Client> {
  const connect = async (): Promise<Client> => {
    const client = new Client({ name: 'e2e', version: '1' }, { versionNegotiation: negotiation[era] });
    const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: credentials });
    try {
      await client.connect(transport);
      return client;
    } catch (error) {
      const { authorizationUrl } = credentials;
      if (!isUnauthorized(error) || authorizationUrl === null) throw error;
      credentials.authorizationUrl = null;
      const callback = await browse(authorizationUrl, redirectUri);
      await transport.finishAuth(callback.searchParams);
      return connect();
    }
  };
  return connect();
}

function isUnauthorized(error: unknown): boolean {
  if (UnauthorizedError.isInstance(error)) return true;
  return error instanceof Error && error.cause !== undefined && isUnauthorized(error.cause);
}
