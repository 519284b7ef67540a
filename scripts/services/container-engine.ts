import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from './packages.ts';

// the engine notes the real path of its storage and refuses another spelling of it
const cache = join(root, '.cache', 'cluster');
mkdirSync(cache, { recursive: true });

/** Images, containers and settings of the tests; nothing of the machine's own engine is touched. */
export const engineFolder = join(realpathSync(cache), 'containers');

// Podman's clean-up after a container refuses a longer path than 50 characters, and then everybody waits for it
const state = `/tmp/mxcp-containers-${createHash('sha256').update(engineFolder).digest('hex').slice(0, 8)}`;

const settings = {
  // crun refuses the control groups of some test machines; without systemd they are plain folders
  'containers.conf': `[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "${state}/tmp"
[containers]
netns = "host"
# the defaults lie above the hard limits of a container that is a test machine itself
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
`,
  'storage.conf': `[storage]
driver = "overlay"
graphroot = "${engineFolder}/storage"
runroot = "${state}/run"
`,
} as const;

/** Whole or not at all: other processes may be reading it. */
function write(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  const half = `${file}.${String(process.pid)}`;
  writeFileSync(half, text);
  renameSync(half, file);
}

/** Writes the settings of Buildah and Podman; the environment in which both use them. */
export function engineEnvironment(): NodeJS.ProcessEnv {
  mkdirSync(engineFolder, { recursive: true });
  for (const [name, text] of Object.entries(settings)) write(join(engineFolder, name), text);
  return {
    ...process.env,
    CONTAINERS_CONF: join(engineFolder, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(engineFolder, 'storage.conf'),
  };
}
