import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { cleanEnvironment, mxcpScript } from './command.ts';

export interface RunningServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Sends SIGTERM and waits for the end; the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `mxcp serve` in a project folder on 127.0.0.1, on a free port unless one is chosen; resolves once it listens. */
export async function startServer(
  folder: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  chosenPort?: number,
): Promise<RunningServer> {
  const port = chosenPort ?? (await freePort());
  const child = spawn(
    process.execPath,
    [mxcpScript, 'serve', '--host', '127.0.0.1', '--port', String(port), ...args],
    { cwd: folder, env: cleanEnvironment(folder, env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Listening on')) resolve();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    void ended.then((code) => {
      reject(new Error(`mxcp serve ended with ${String(code)} before it listened:\n${output}`));
    });
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    process: child,
    output: () => output,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}
