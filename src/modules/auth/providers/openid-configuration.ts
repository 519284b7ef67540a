import * as openid from 'openid-client';
import { objectOf, type JsonObject } from '../../../common/domain/json.js';
import { toJsonText } from '../../../common/domain/json-text.js';
import type { Secret } from '../../../common/domain/secret.js';
import { tokenAnswer } from './provider-answers.js';
import type { ProviderHttp } from '../provider-http.js';

/** What openid-client needs to know about a provider. */
export interface ProviderEndpoints {
  readonly metadata: openid.ServerMetadata & { readonly token_endpoint: string };
  /** False: the provider's ID tokens are left alone; who signed in is what the user info says. */
  readonly openId: boolean;
  readonly tokenRequest?: 'form' | 'json';
}

/** openid-client's view of a provider; all its calls go through `http`. */
export function openIdConfiguration(
  endpoints: ProviderEndpoints,
  clientId: string,
  clientSecret: Secret,
  http: ProviderHttp,
): openid.Configuration {
  const { metadata } = endpoints;
  const configuration = new openid.Configuration(
    metadata,
    clientId,
    undefined,
    clientAuthentication(metadata, clientSecret),
  );
  configuration[openid.customFetch] = providerFetch(endpoints, http);
  if (endpoints.openId) openid.enableNonRepudiationChecks(configuration);
  // the settings let http pass on this machine and, with a warning, inside private networks only
  if (new URL(metadata.token_endpoint).protocol === 'http:') {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to make people think twice
    openid.allowInsecureRequests(configuration);
  }
  return configuration;
}

/** What the library may see: `token_type` may be missing, and null stands for what a provider leaves out. */
function readMembers(answer: JsonObject, openId: boolean): JsonObject {
  const given = Object.entries(answer).filter(
    ([member, value]) => value !== null && (openId || member !== 'id_token'),
  );
  return objectOf([['token_type', 'bearer'], ...given]);
}

/** In the body, unless the provider says that it knows the header only. */
function clientAuthentication(metadata: openid.ServerMetadata, secret: Secret): openid.ClientAuth {
  if (secret.reveal() === '') return openid.None();
  const methods = metadata.token_endpoint_auth_methods_supported ?? [];
  const headerOnly = methods.includes('client_secret_basic') && !methods.includes('client_secret_post');
  return headerOnly ? openid.ClientSecretBasic(secret.reveal()) : openid.ClientSecretPost(secret.reveal());
}

/** Judges token answers before the library does, which would take a page of HTML for a refusal. */
function providerFetch(
  { metadata, openId, tokenRequest = 'form' }: ProviderEndpoints,
  http: ProviderHttp,
): openid.CustomFetch {
  // as the library spells it
  const tokenUrl = new URL(metadata.token_endpoint).href;
  return async (url, { method, headers, body }) => {
    const form = body instanceof URLSearchParams ? body : new URLSearchParams();
    if (url !== tokenUrl) {
      const answer = await http.send(
        url,
        method === 'GET' ? { method, headers } : { method, headers, body: form },
      );
      return new Response(answer.text === '' ? null : answer.text, {
        status: answer.status,
        headers: { 'content-type': answer.contentType },
      });
    }
    const request =
      tokenRequest === 'json'
        ? {
            method,
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(Object.fromEntries(form)),
          }
        : { method, headers, body: form };
    const members = readMembers(tokenAnswer(await http.send(url, request)), openId);
    return new Response(toJsonText(members), { headers: { 'content-type': 'application/json' } });
  };
}
