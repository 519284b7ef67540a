/** Users of the realm `mxcp`: name, group, realm role. The password of each is its name. */
const users = [
  { username: 'ann', firstName: 'Ann', lastName: 'Archer', group: 'treasury', role: 'auditor' },
  { username: 'bob', firstName: 'Bob', lastName: 'Baker', group: 'warehouse', role: 'clerk' },
] as const;

/** Confidential client with which mxcp signs users in (issuer mode). */
export const issuerClient = { client_id: 'mxcp', client_secret: 'secret-of-mxcp' } as const;

/** Confidential client with which mxcp asks about tokens (verifier mode). */
export const verifierClient = { client_id: 'mxcp-verifier', client_secret: 'secret-of-verifier' } as const;

/** A client scope that the realm adds to every client: tokens are for this resource, with groups and roles. */
function resourceScope(resource: string): object {
  const inTokens = { 'access.token.claim': 'true', 'id.token.claim': 'true', 'userinfo.token.claim': 'true' };
  const mapper = (name: string, type: string, config: object): object => ({
    name,
    protocol: 'openid-connect',
    protocolMapper: type,
    config,
  });
  return {
    name: 'mxcp-resource',
    protocol: 'openid-connect',
    attributes: { 'include.in.token.scope': 'false' },
    protocolMappers: [
      mapper('resource', 'oidc-audience-mapper', {
        'included.custom.audience': resource,
        'access.token.claim': 'true',
      }),
      mapper('introspection', 'oidc-audience-mapper', {
        'included.client.audience': verifierClient.client_id,
        'access.token.claim': 'true',
      }),
      mapper('groups', 'oidc-group-membership-mapper', {
        'claim.name': 'groups',
        'full.path': 'false',
        ...inTokens,
      }),
    ],
  };
}

function client(id: string, secret: string | null, redirectUris: readonly string[]): object {
  return {
    clientId: id,
    publicClient: secret === null,
    ...(secret === null ? {} : { secret }),
    redirectUris,
    standardFlowEnabled: redirectUris.length > 0,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    attributes: { 'pkce.code.challenge.method': redirectUris.length > 0 ? 'S256' : '' },
  };
}

/** The realm `mxcp`, as `POST /admin/realms` takes it. */
function realm(): object {
  return {
    realm: 'mxcp',
    enabled: true,
    sslRequired: 'none',
    groups: users.map(({ group }) => ({ name: group })),
    roles: { realm: users.map(({ role }) => ({ name: role })) },
    users: users.map(({ username, firstName, lastName, group, role }) => ({
      username,
      firstName,
      lastName,
      email: `${username}@example.test`,
      emailVerified: true,
      enabled: true,
      credentials: [{ type: 'password', value: username, temporary: false }],
      groups: [group],
      realmRoles: [role],
    })),
    // a redirect URI of a loopback address without port stands for every port (RFC 8252 §7.3)
    clients: [
      client(issuerClient.client_id, issuerClient.client_secret, ['http://127.0.0.1/keycloak/callback']),
      client(verifierClient.client_id, verifierClient.client_secret, []),
    ],
  };
}

/** One call of Keycloak's administration interface. */
type Admin = (method: string, path: string, body?: object) => Promise<unknown>;

/**
 * Makes the realm ready for clients that register themselves, and its tokens good for one resource: the product's
 * guide asks the same of an operator.
 */
export async function openRealm(admin: Admin, resource: string): Promise<void> {
  await admin('POST', '/realms', realm());
  const scopes = '/realms/mxcp/client-scopes';
  await admin('POST', scopes, resourceScope(resource));
  const known = (await admin('GET', scopes)) as readonly { id: string; name: string }[];
  const id = known.find(({ name }) => name === 'mxcp-resource')?.id ?? '';
  await admin('PUT', `/realms/mxcp/default-default-client-scopes/${id}`);
  const policies = (await admin(
    'GET',
    '/realms/mxcp/components?type=org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy',
  )) as readonly { id: string; providerId: string; subType: string; config: object }[];
  for (const policy of policies.filter(({ subType }) => subType === 'anonymous')) {
    // strangers may register from this machine only; the rest of the anonymous policies stay as they are
    if (policy.providerId !== 'trusted-hosts') continue;
    await admin('PUT', `/realms/mxcp/components/${policy.id}`, {
      ...policy,
      config: { ...policy.config, 'trusted-hosts': ['127.0.0.1', 'localhost'] },
    });
  }
}
