import { onTestFinished } from 'vitest';
import { mountableProject, mounted, notes, stateVolumes } from './container-project.ts';
import { hardened, startContainer, type Container } from './containers.ts';

// What tests of the image begin with. All of it goes when the test that asked for it is over.

/** A running container that may write only where it must. */
export async function started(image: string, options: readonly string[]): Promise<Container> {
  const container = await startContainer(image, [...hardened, ...options]);
  onTestFinished(() => container.remove());
  return container;
}

/** A copy of a project, and the options that mount it where nothing may write. */
export function project(source = notes): { readonly folder: string; readonly options: readonly string[] } {
  const copy = mountableProject(source);
  onTestFinished(() => {
    copy.remove();
  });
  return { folder: copy.folder, options: mounted(copy.folder) };
}

/** The options that mount empty volumes for what a server writes. */
export async function volumes(except?: Parameters<typeof stateVolumes>[0]): Promise<readonly string[]> {
  const made = await stateVolumes(except);
  onTestFinished(() => made.remove());
  return made.options;
}
