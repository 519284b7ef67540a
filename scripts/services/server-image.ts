import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBaseImages, NODE_IMAGE } from './base-images.ts';
import { engineEnvironment } from './container-engine.ts';
import { must, root } from './packages.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

export const SERVER_IMAGE = `localhost/mxcp-server:${version}`;
export const PYTHON_IMAGE = `${SERVER_IMAGE}-python`;
/** The same server as another version, to upgrade to. */
export const NEXT_IMAGE = `${SERVER_IMAGE}-next`;

const builder = ['build', '--layers', '--isolation', 'chroot', '--format', 'docker', '--pull-never'];

/** Runs Buildah on a folder with a Dockerfile; ends this process when the build fails. */
function build(image: string, args: Readonly<Record<string, string>>): void {
  const all = Object.entries({ BASE_IMAGE: NODE_IMAGE, ...args });
  const flags = all.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  must('buildah', [...builder, ...flags, '-t', image, root], { env: engineEnvironment() });
}

/** Builds the images of this checkout: minutes the first time, seconds when nothing changed. */
export function buildServerImages(): void {
  makeBaseImages();
  build(SERVER_IMAGE, {});
  build(PYTHON_IMAGE, { PYTHON: 'true', REQUIREMENTS: 'e2e/projects/tables/requirements.txt' });
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-next-'));
  const text = `FROM ${SERVER_IMAGE}\nLABEL org.opencontainers.image.version="next"\n`;
  writeFileSync(join(folder, 'Dockerfile'), text);
  must('buildah', [...builder, '-t', NEXT_IMAGE, folder], { env: engineEnvironment() });
  rmSync(folder, { recursive: true });
}
