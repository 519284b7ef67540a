import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SecretUnresolvedError } from '../../../common/errors/config-errors.js';
import { SecretResolver } from '../../../common/ports/secret-resolver.js';
import { hasErrorCode, osErrorText } from '../../../common/errors/os-error.js';

/** `file://PATH`: the trimmed UTF-8 text of a file, relative to the working directory (configuration.md §6.3). */
export class FileSecretResolver extends SecretResolver {
  readonly prefix = 'file://';

  constructor(private readonly cwd: string) {
    super();
  }

  async resolve(reference: string): Promise<string> {
    const name = reference.slice(this.prefix.length);
    if (name === '') {
      throw new SecretUnresolvedError(
        `Invalid file URL format: '${reference}'. Expected file://path/to/file or file:///absolute/path`,
      );
    }
    const path = resolve(this.cwd, name);
    try {
      if (!(await stat(path)).isFile()) throw new SecretUnresolvedError(`Path is not a file: ${path}`);
      const bytes = await readFile(path);
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
    } catch (error) {
      throw error instanceof SecretUnresolvedError ? error : failure(path, error);
    }
  }
}

function failure(path: string, cause: unknown): SecretUnresolvedError {
  if (hasErrorCode(cause, 'ENOENT', 'ENOTDIR'))
    return new SecretUnresolvedError(`File not found: ${path}`, { cause });
  const kind = hasErrorCode(cause, 'EACCES', 'EPERM')
    ? 'Permission denied reading file'
    : 'Error reading file';
  const reason = cause instanceof TypeError ? 'not UTF-8 text' : osErrorText(cause);
  return new SecretUnresolvedError(`${kind} '${path}': ${reason}`, { cause });
}
