import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binaries } from '../../scripts/services/cluster-tools.ts';
import { engineEnvironment } from '../../scripts/services/container-engine.ts';
import { repository } from './command.ts';
import { engine } from './containers.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { run, type Finished } from './run.ts';

/** One command of Compose, in the repository. Nothing of the caller's own `.env` is read. */
function compose(
  files: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Finished> {
  const named = files.flatMap((file) => ['-f', file]);
  const all = ['--env-file', '/dev/null', ...named, ...args];
  return run(join(binaries, 'docker-compose'), all, { cwd: repository, env });
}

/** Compose without an engine: `config` needs none. */
export function composeConfig(
  files: readonly string[],
  values: Readonly<Record<string, string>>,
): Promise<Finished> {
  return compose(files, ['config'], { PATH: process.env['PATH'], HOME: tmpdir(), ...values });
}

/** Compose on a Podman of its own, whose images are those of the tests. */
export class ComposeEngine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mxcp-compose-'));
  #service: RunningProcess | undefined;

  get socket(): string {
    return join(this.#folder, 'podman.sock');
  }

  async start(): Promise<void> {
    this.#service = await startProcess(
      'podman',
      ['system', 'service', '--time=0', `unix://${this.socket}`],
      { cwd: this.#folder, env: engineEnvironment(), readyMs: 30_000 },
      () => Promise.resolve(existsSync(this.socket)),
    );
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  podman(...args: readonly string[]): Promise<Finished> {
    return engine('podman', args);
  }

  /** One command of Compose. */
  compose(
    files: readonly string[],
    args: readonly string[],
    values: Readonly<Record<string, string>> = {},
  ): Promise<Finished> {
    return compose(files, args, { ...process.env, DOCKER_HOST: `unix://${this.socket}`, ...values });
  }

  /**
   * `up --wait`. Podman leaves it to systemd to run health checks at their time; where there is none, this runs the
   * check of the container until Compose has seen enough.
   */
  async up(
    files: readonly string[],
    container: string,
    values: Readonly<Record<string, string>>,
  ): Promise<Finished> {
    const args = ['up', '-d', '--no-build', '--pull', 'never', '--wait', '--wait-timeout', '120'];
    let hasEnded = false;
    const ended = this.compose(files, args, values).finally(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      // not counted before it passes: at 30 s from one to the next a slow start meets no check at all
      const { code } = await this.podman('exec', container, 'mxcp', 'healthcheck');
      if (code === 0) await this.podman('healthcheck', 'run', container);
      await Promise.race([ended, sleep(500)]);
    }
    return ended;
  }
}
