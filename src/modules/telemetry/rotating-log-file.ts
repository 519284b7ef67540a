import { closeSync, existsSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasErrorCode } from '../../common/errors/os-error.js';
import { makeFolder } from '../../common/files/make-folder.js';

/** A log file that moves aside as `name.1`, `name.2` … when it reaches its size. */
export class RotatingLogFile {
  #descriptor: number;
  #bytes: number;

  /**
   * Opens the file for appending, creating its folder.
   * @throws the file system's error when that cannot be done
   */
  constructor(
    private readonly path: string,
    private readonly maxBytes: number,
    private readonly backupCount: number,
  ) {
    makeFolder(dirname(path));
    this.#descriptor = openSync(path, 'a', 0o640);
    this.#bytes = statSync(path).size;
  }

  /**
   * Appends one line, which must end in a newline.
   * @throws the file system's error; the next line may be tried
   */
  write(line: string): void {
    const size = Buffer.byteLength(line);
    if (this.maxBytes > 0 && this.backupCount > 0 && this.#bytes > 0 && this.#bytes + size > this.maxBytes)
      this.#rotate();
    writeSync(this.#descriptor, line);
    this.#bytes += size;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    // a rotation that could not open the new file has moved the old ones: no second time, or the oldest would be lost
    if (existsSync(this.path)) this.#moveAside();
    const former = this.#descriptor;
    this.#descriptor = openSync(this.path, 'a', 0o640);
    this.#bytes = 0;
    // last: until there is a new file, a closed number could soon be another file's or a connection's
    closeSync(former);
  }

  #moveAside(): void {
    for (let index = this.backupCount - 1; index >= 1; index -= 1) {
      renameIfPresent(`${this.path}.${index}`, `${this.path}.${index + 1}`);
    }
    renameIfPresent(this.path, `${this.path}.1`);
  }
}

function renameIfPresent(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}
