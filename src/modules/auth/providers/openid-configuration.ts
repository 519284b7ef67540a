import * as openid from 'openid-client';
import { toJsonText } from '../../../common/domain/json-text.js';
import type { Secret } from '../../../common/domain/secret.js';
import { tokenAnswer } from './provider-answers.js';
import type { ProviderHttp } from './provider-http.js';

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
  if (metadata.token_endpoint.startsWith('http:')) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to make people think twice
    openid.allowInsecureRequests(configuration);
  }
  return configuration;
}

/** In the body, unless the provider says that it knows the header only. */
function clientAuthentication(metadata: openid.ServerMetadata, secret: Secret): openid.ClientAuth {
  const methods = metadata.token_endpoint_auth_methods_supported ?? [];
  const headerOnly = methods.includes('client_secret_basic') && !methods.includes('client_secret_post');
  return headerOnly ? openid.ClientSecretBasic(secret.reveal()) : openid.ClientSecretPost(secret.reveal());
}

/** Judges token answers before the library does, which would take a page of HTML for a refusal. */
function providerFetch(
  { metadata, openId, tokenRequest = 'form' }: ProviderEndpoints,
  http: ProviderHttp,
): openid.CustomFetch {
  return async (url, { method, headers, body }) => {
    const form = body instanceof URLSearchParams ? body : new URLSearchParams();
    if (url !== metadata.token_endpoint) {
      const answer = await http.send(
        url,
        method === 'GET' ? { method, headers } : { method, headers, body: form },
      );
      return new Response(answer.status === 204 ? null : answer.text, {
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
    const { id_token: idToken, ...members } = tokenAnswer(await http.send(url, request));
    const read = openId && idToken !== undefined ? { ...members, id_token: idToken } : members;
    return new Response(toJsonText(read), { headers: { 'content-type': 'application/json' } });
  };
}
