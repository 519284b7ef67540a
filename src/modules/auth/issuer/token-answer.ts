import type { TokenEndpointGrantContext } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { JsonObject } from '../../../common/domain/json.js';
import { scopesOf } from './scope-policy.js';

/** What the client gets of what oidc-provider would answer. */
export function tokenAnswer(body: unknown): JsonObject {
  const given: Partial<Record<string, unknown>> =
    typeof body === 'object' && body !== null ? { ...body } : {};
  const { access_token: access, refresh_token: refresh, expires_in: expiresIn } = given;
  return {
    access_token: String(access),
    token_type: 'Bearer',
    expires_in: Number(expiresIn),
    ...(typeof refresh === 'string' ? { refresh_token: refresh } : {}),
    scope: scopesOf(given['scope']).join(' '),
  };
}

/** A client may name the resource again, and must then name the one it asked for (RFC 8707 §2.2). */
export function checkResource(
  ctx: TokenEndpointGrantContext,
  source: { readonly resourceIndicators: ReadonlySet<string | undefined> },
): void {
  const { resource } = ctx.oidc.params;
  const named = resource === undefined ? [] : [resource].flat();
  if (named.every((name) => source.resourceIndicators.has(name))) return;
  throw new errors.InvalidTarget('The resource must be the one of the authorization request');
}
