import type { default as Provider, TokenEndpointGrantContext } from 'oidc-provider';
import * as code from 'oidc-provider/lib/actions/grants/authorization_code.js';
import * as refresh from 'oidc-provider/lib/actions/grants/refresh_token.js';
import * as helpers from 'oidc-provider/lib/helpers/grants.js';

/** A grant of the token endpoint as oidc-provider has it. */
export type LibraryGrant = (
  library: Provider,
  helpers: Readonly<Record<string, unknown>>,
  ctx: TokenEndpointGrantContext,
) => Promise<void>;

/** Answers a token request by filling the context's body. */
export type GrantHandler = (ctx: TokenEndpointGrantContext) => Promise<void>;

interface GrantType {
  readonly name: 'authorization_code' | 'refresh_token';
  readonly handler: GrantHandler;
  /** Of the request; `resource` is read beside these. */
  readonly parameters: ReadonlySet<string>;
}

/** oidc-provider's own grants, for those that put something around them. */
export function libraryGrants(library: Provider): { readonly code: GrantType; readonly refresh: GrantType } {
  const bound = Object.fromEntries(
    Object.entries<(...args: never[]) => unknown>(helpers).map(([name, helper]) => [
      name,
      helper.bind(undefined, library as never),
    ]),
  );
  const grant = (
    name: GrantType['name'],
    module: { handler: LibraryGrant; parameters: ReadonlySet<string> },
  ): GrantType => ({
    name,
    handler: (ctx) => module.handler(library, bound, ctx),
    parameters: new Set([...module.parameters, 'resource']),
  });
  return { code: grant('authorization_code', code), refresh: grant('refresh_token', refresh) };
}
