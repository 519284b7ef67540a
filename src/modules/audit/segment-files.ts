/** One open segment; written by nobody else. */
export interface SegmentHandle {
  /** Appends all bytes, or rejects after appending some. */
  append(bytes: Buffer): Promise<void>;

  /** Settles once what was appended is on the medium. */
  sync(): Promise<void>;

  /** Cuts the file back to so many bytes. */
  truncate(size: number): Promise<void>;

  /** False once the file was moved, deleted or replaced under its name. */
  isInPlace(): Promise<boolean>;

  /** Deletes the file under its name. */
  remove(): Promise<void>;

  close(): Promise<void>;
}

/** The file system as the audit log uses it. */
export abstract class SegmentFiles {
  /**
   * Makes sure that segments can be created in the directory, which is created if need be.
   * @throws the system's own error
   */
  abstract prepare(directory: string): Promise<void>;

  /**
   * Creates a file that did not exist before, for its group to read.
   * @returns null when the name is taken
   * @throws the system's own error
   */
  abstract create(path: string): Promise<SegmentHandle | null>;
}
