/** The status that the HTTP server gives a request it cannot take, of the error it throws then; 500 for all else. */
export function requestStatus(error: unknown): number {
  const status: unknown =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
