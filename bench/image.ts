// Size of the images and the time from the start of a container to its readiness, as a Markdown table.
// Debian and Node come from a stand-in for the published base image (scripts/services/base-images.ts).
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildServerImages, PYTHON_IMAGE, SERVER_IMAGE } from '../scripts/services/server-image.ts';
import { examples } from '../e2e/support/command.ts';
import { mountableProject, mounted, stateVolumes } from '../e2e/support/container-project.ts';
import { hardened, mustEngine, startContainer } from '../e2e/support/containers.ts';

const ROUNDS = 5;
const megabytes = (bytes: number): string => `${String(Math.round(bytes / 1e6))} MB`;

async function unpackedSize(image: string): Promise<number> {
  return Number(await mustEngine('podman', ['image', 'inspect', '--format', '{{.Size}}', image]));
}

/** What a registry would keep and send: the layers, gzipped. */
async function compressedSize(image: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-image-'));
  try {
    await mustEngine('podman', ['push', '--quiet', '--compression-format', 'gzip', image, `oci:${folder}:x`]);
    const blobs = join(folder, 'blobs', 'sha256');
    return readdirSync(blobs).reduce((sum, name) => sum + statSync(join(blobs, name)).size, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median milliseconds from `podman run` to the first 200 of `/ready`, each time with empty volumes. */
async function startTime(image: string, example: string): Promise<number> {
  const project = mountableProject(join(examples, example));
  const times: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const volumes = await stateVolumes();
      const begun = performance.now();
      const container = await startContainer(image, [
        ...hardened,
        ...mounted(project.folder),
        ...volumes.options,
      ]);
      times.push(performance.now() - begun);
      await container.remove();
      await volumes.remove();
    }
  } finally {
    project.remove();
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
}

buildServerImages();
console.log('| Image | unpacked | compressed | start to ready |\n| --- | --- | --- | --- |');
for (const [name, image, example] of [
  ['`mxcp-server`', SERVER_IMAGE, 'earthquakes'],
  ['`mxcp-server`, Python', PYTHON_IMAGE, 'warehouse'],
] as const) {
  const sizes = [await unpackedSize(image), await compressedSize(image)].map(megabytes);
  const seconds = (await startTime(image, example)) / 1000;
  console.log(`| ${name} | ${sizes.join(' | ')} | ${seconds.toFixed(1)} s |`);
}
