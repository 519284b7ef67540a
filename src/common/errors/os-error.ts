import { getSystemErrorMessage } from 'node:util';

/** True for an error of the operating system with that code. */
export function hasErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** The operating system's words for an error, such as `permission denied`, without path or call. */
export function osErrorText(error: unknown): string {
  if (error instanceof Error && 'errno' in error && typeof error.errno === 'number') {
    return getSystemErrorMessage(error.errno);
  }
  return error instanceof Error ? error.message : String(error);
}
