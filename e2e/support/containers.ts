import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineEnvironment } from '../../scripts/services/container-engine.ts';
import { must, run, type Finished } from './run.ts';
import { freePort } from './server.ts';

/** Runs a container tool to its end, on the tests' own storage. */
export function engine(command: 'podman' | 'buildah', args: readonly string[]): Promise<Finished> {
  return run(command, args, { env: engineEnvironment() });
}

/** The same, and its output; an error when it fails. */
export async function mustEngine(command: 'podman' | 'buildah', args: readonly string[]): Promise<string> {
  return (await must(engine(command, args))).trim();
}

/** As operators run it: nothing writable but the mounted places and `/tmp`. */
export const hardened = [
  ...['--read-only', '--read-only-tmpfs=false', '--tmpfs', '/tmp'],
  ...['--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
] as const;

/** Runs a command in a new container to its end. */
export function runOnce(
  image: string,
  options: readonly string[],
  command: readonly string[] = [],
): Promise<Finished> {
  const name = `mxcp-test-${randomUUID().slice(0, 8)}`;
  return engine('podman', ['run', '--rm', '--no-healthcheck', '--name', name, ...options, image, ...command]);
}

export interface Container {
  readonly name: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Everything that it wrote. */
  logs(): Promise<string>;
  exec(...command: readonly string[]): Promise<Finished>;
  /** Stops it as `docker stop --time` does. */
  stop(graceSeconds?: number): Promise<{ readonly code: number; readonly ms: number }>;
  remove(): Promise<void>;
}

/** What `/ready` says, null once that is yes. */
async function obstacle(url: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5000) });
    return response.ok ? null : await response.text();
  } catch (error) {
    return String(error);
  }
}

function containerAt(name: string, port: number): Container {
  const logs = async (): Promise<string> => {
    const { stdout, stderr } = await engine('podman', ['logs', name]);
    return stdout + stderr;
  };
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    logs,
    exec: (...command) => engine('podman', ['exec', name, ...command]),
    stop: async (graceSeconds = 30) => {
      const begun = performance.now();
      await mustEngine('podman', ['stop', '--time', String(graceSeconds), name]);
      const ms = performance.now() - begun;
      return { code: Number(await mustEngine('podman', ['inspect', '-f', '{{.State.ExitCode}}', name])), ms };
    },
    remove: async () => {
      await mustEngine('podman', ['rm', '--force', '--time', '0', '--ignore', name]);
    },
  };
}

/** Starts the image's own command on a free port and waits until it is ready. */
export async function startContainer(image: string, options: readonly string[]): Promise<Container> {
  const name = `mxcp-test-${randomUUID().slice(0, 8)}`;
  const port = await freePort();
  const own = ['--detach', '--name', name, '--env', `MCP_PORT=${port}`];
  await mustEngine('podman', ['run', ...own, ...options, image]);
  const container = containerAt(name, port);
  const until = Date.now() + 60_000;
  for (let reason = await obstacle(container.url); reason !== null; reason = await obstacle(container.url)) {
    const running = await mustEngine('podman', ['inspect', '-f', '{{.State.Running}}', name]);
    if (running !== 'true' || Date.now() > until) {
      const output = await container.logs();
      await container.remove();
      throw new Error(`${image} was not ready: ${reason}\n${output}`);
    }
    await sleep(50);
  }
  return container;
}

/** An empty named volume. */
export async function newVolume(): Promise<{ readonly name: string; remove(): Promise<void> }> {
  const name = await mustEngine('podman', ['volume', 'create', `mxcp-test-${randomUUID().slice(0, 8)}`]);
  return {
    name,
    remove: async () => {
      await mustEngine('podman', ['volume', 'rm', '--force', name]);
    },
  };
}
