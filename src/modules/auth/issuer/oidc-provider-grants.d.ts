// The package has no `exports` map and its version is pinned; its types leave these two files out.

declare module 'oidc-provider/lib/actions/grants/authorization_code.js' {
  import type { LibraryGrant } from './library-grants.js';

  export const handler: LibraryGrant;
  export const parameters: ReadonlySet<string>;
}

declare module 'oidc-provider/lib/actions/grants/refresh_token.js' {
  import type { LibraryGrant } from './library-grants.js';

  export const handler: LibraryGrant;
  export const parameters: ReadonlySet<string>;
}
