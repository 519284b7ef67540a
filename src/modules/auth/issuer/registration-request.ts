import { isJsonArray, objectOf, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { parseJsonObject } from '../../../common/domain/json-text.js';
import { clientDescription, oidcMetadata, text } from '../clients/client-metadata.js';
import { OAuthRequestError } from '../clients/oauth-request-error.js';
import type { ScopePolicy } from './scope-policy.js';

/** A client that registers itself: what oidc-provider is asked to keep, and what the client hears beside that. */
export interface RegistrationRequest {
  readonly metadata: JsonObject;
  readonly echo: JsonObject;
}

/** Members of an answer that are oidc-provider's own affair. */
const unanswered = new Set([
  'id_token_signed_response_alg',
  'post_logout_redirect_uris',
  'require_auth_time',
  'subject_type',
  'application_type',
  'scope',
]);

/**
 * Reads the body of a registration (RFC 7591 §3.1).
 * @throws OAuthRequestError
 */
export function registrationRequest(body: string, scopes: ScopePolicy): RegistrationRequest {
  const given = parsed(body);
  const description = clientDescription(given);
  return {
    metadata: {
      ...oidcMetadata(description),
      token_endpoint_auth_method: description.authMethod ?? 'client_secret_post',
    },
    echo: { ...echoed(given), ...scopeOf(given, scopes) },
  };
}

/** The answer to a registration that succeeded. */
export function registrationAnswer(registered: JsonObject, echo: JsonObject): JsonObject {
  const shown = Object.entries(registered).filter(([name]) => !unanswered.has(name));
  return { ...echo, ...Object.fromEntries(shown) };
}

function parsed(body: string): JsonObject {
  const given = parseJsonObject(body);
  if (given !== null) return given;
  throw new OAuthRequestError('invalid_client_metadata', 'The body must be a JSON object');
}

/** Kept nowhere: the server has no use for it. */
function echoed(given: JsonObject): JsonObject {
  const names = ['application_type', 'software_id', 'software_version'];
  const contacts = given['contacts'];
  const isContacts = isJsonArray(contacts) && contacts.every((contact) => typeof contact === 'string');
  return objectOf([
    ...names.flatMap((name): [string, JsonValue][] => {
      const value = text(given, name);
      return value === null ? [] : [[name, value]];
    }),
    ...(isContacts ? [['contacts', contacts] as const] : []),
  ]);
}

/** The scopes that the client would get for what it says. */
function scopeOf(given: JsonObject, scopes: ScopePolicy): JsonObject {
  const requested = text(given, 'scope')?.split(/\s+/).filter(Boolean) ?? [];
  const granted = scopes.granted('', requested) ?? [];
  return granted.length > 0 ? { scope: granted.join(' ') } : {};
}
