const phrases: Readonly<Record<string, string>> = {
  ENOENT: '[Errno 2] No such file or directory',
  EACCES: '[Errno 13] Permission denied',
  ENOTDIR: '[Errno 20] Not a directory',
  EISDIR: '[Errno 21] Is a directory',
};

/**
 * A failed file operation in the words that existing projects know.
 * @param shown the path as users may see it
 */
export function osErrorText(error: unknown, shown: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
  return `${phrases[code] ?? `[${code}] Cannot be read`}: '${shown}'`;
}
