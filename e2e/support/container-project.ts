import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newVolume } from './containers.ts';
import { repository } from './command.ts';

/** The project of the container tests: notes in a database, and a call that takes its time. */
export const notes = join(repository, 'e2e', 'projects', 'notes');
/** A project with a Python package. */
export const tables = join(repository, 'e2e', 'projects', 'tables');

/** Folders of a project that its server writes to. */
const stateFolders = ['data', 'audit', 'drift', 'logs'] as const;

/** A copy of a project with the mount points of its volumes, readable by every user. */
export function mountableProject(source: string): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-container-'));
  cpSync(source, folder, { recursive: true });
  for (const name of stateFolders) mkdirSync(join(folder, name), { recursive: true });
  chmodSync(folder, 0o755);
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Volumes for what a server writes, and the options that mount them; `except` is mounted by the test itself. */
export async function stateVolumes(except?: (typeof stateFolders)[number]): Promise<{
  readonly options: readonly string[];
  remove(): Promise<void>;
}> {
  const volumes = await Promise.all(
    stateFolders
      .filter((folder) => folder !== except)
      .map(async (folder) => ({ folder, volume: await newVolume() })),
  );
  return {
    options: volumes.flatMap(({ folder, volume }) => ['--volume', `${volume.name}:/app/${folder}`]),
    remove: async () => {
      for (const { volume } of volumes) await volume.remove();
    },
  };
}

/** The option that mounts a project where nothing may write. */
export const mounted = (folder: string): readonly string[] => ['--volume', `${folder}:/app:ro`];
