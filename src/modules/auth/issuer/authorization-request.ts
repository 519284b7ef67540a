import type { ResourceIdentifiers } from '../resource-identifiers.js';

/** All that matters of an authorization request; other parameters would switch on what this server does not do. */
const forwarded = [
  'client_id',
  'response_type',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
];

/**
 * An authorization request as oidc-provider gets it. Repeated parameters stay repeated: it refuses them, and knows
 * whether the client may be told by redirect.
 */
export function authorizationRequest(
  given: URLSearchParams,
  resources: ResourceIdentifiers,
): URLSearchParams {
  const request = new URLSearchParams();
  for (const name of forwarded) {
    for (const value of given.getAll(name)) request.append(name, name === 'scope' ? spaced(value) : value);
  }
  // RFC 7636 would make it `plain`, which is refused: clients that leave it out mean the only method there is
  if (request.has('code_challenge') && !request.has('code_challenge_method')) {
    request.set('code_challenge_method', 'S256');
  }
  for (const resource of requestedResources(given, resources)) request.append('resource', resource);
  return request;
}

/** A token request as oidc-provider gets it: every name of this server is the canonical one. */
export function tokenRequest(given: URLSearchParams, resources: ResourceIdentifiers): URLSearchParams {
  const request = new URLSearchParams(given);
  request.delete('resource');
  if (given.has('resource')) {
    for (const resource of requestedResources(given, resources)) request.append('resource', resource);
  }
  return request;
}

function requestedResources(given: URLSearchParams, resources: ResourceIdentifiers): readonly string[] {
  const named = given
    .getAll('resource')
    .map((name) => (resources.includes(name) ? resources.canonical : name));
  return named.length > 0 ? [...new Set(named)] : [resources.canonical];
}

function spaced(scope: string): string {
  return scope.split(/\s+/).filter(Boolean).join(' ');
}
