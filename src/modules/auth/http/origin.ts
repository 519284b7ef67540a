/**
 * An entry of `allowed_origins` as browsers send it. Schemes that only apps know have no origin by the URL standard,
 * which says `null` of them, as of every sandboxed page: they stand as written.
 */
export function writtenOrigin(entry: string): string {
  const origin = URL.parse(entry)?.origin ?? 'null';
  return origin === 'null' ? entry.toLowerCase().replace(/\/$/, '') : origin;
}
