/** What the header table of a server without pages of its own says to browsers. */
const always = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
} as const;

/**
 * The headers of every answer; pages that need other ones write them over these. A table and no middleware, because
 * nothing in it depends on the request.
 *
 * No `Cross-Origin-Opener-Policy`: clients that open the sign-in in a popup would lose sight of it.
 * @param publicUrl how clients reach the server; null when nobody said
 */
export function securityHeaders(publicUrl: string | null): Readonly<Record<string, string>> {
  const isEncrypted = publicUrl !== null && URL.parse(publicUrl)?.protocol === 'https:';
  // for this name only: what else its domain serves is not ours to say
  return Object.freeze(isEncrypted ? { ...always, 'strict-transport-security': 'max-age=31536000' } : always);
}
