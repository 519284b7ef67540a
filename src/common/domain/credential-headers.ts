/** Headers that hold credentials, by lower-case name; endpoint code and SQL never see them (auth.md §9.3). */
export const credentialHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-api-key',
]);
