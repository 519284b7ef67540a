import { constants } from 'node:fs';
import { access, open, stat, unlink, type FileHandle } from 'node:fs/promises';
import { hasErrorCode } from '../../common/errors/os-error.js';
import { makeFolder } from '../../common/files/make-folder.js';
import { SegmentFiles, type SegmentHandle } from './segment-files.js';

const CREATE = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL;

/** Segments as files of this machine. */
export class NodeSegmentFiles extends SegmentFiles {
  override async prepare(directory: string): Promise<void> {
    makeFolder(directory);
    await access(directory, constants.W_OK | constants.X_OK);
  }

  override async create(path: string): Promise<SegmentHandle | null> {
    const handle = await openNew(path);
    if (handle === null) return null;
    const { ino, dev } = await handle.stat();
    return {
      append: (bytes) => appendAll(handle, bytes),
      sync: () => handle.datasync(),
      truncate: (size) => handle.truncate(size),
      isInPlace: async () => {
        const found = await statIfThere(path);
        return found?.ino === ino && found.dev === dev;
      },
      remove: () => unlink(path),
      close: () => handle.close(),
    };
  }
}

async function openNew(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, CREATE, 0o640);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return null;
    throw error;
  }
}

async function statIfThere(path: string): Promise<{ ino: number; dev: number } | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** A full disk takes a part and reports it as a short write; the next one fails. */
async function appendAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    done += (await handle.write(bytes, done)).bytesWritten;
  }
}
