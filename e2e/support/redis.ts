import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './server.ts';

export interface RunningRedis {
  readonly port: number;
  readonly url: string;
  /** Ends the process as a crash does; what it held is lost. */
  kill(): Promise<void>;
  /** Holds the process: its connections stay open and nothing is answered. */
  hold(): void;
  /** Lets it go on. */
  release(): void;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const READY_MS = 10_000;

/** A real Redis on a free port of 127.0.0.1 that keeps nothing on disk. */
export async function startRedis(password?: string): Promise<RunningRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-redis-'));
  const auth = password === undefined ? [] : ['--requirepass', password];
  let child = await started(port, folder, auth);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    port,
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    kill,
    hold: () => {
      child.kill('SIGSTOP');
    },
    release: () => {
      child.kill('SIGCONT');
    },
    restart: async () => {
      await kill();
      child = await started(port, folder, auth);
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function started(port: number, folder: string, auth: readonly string[]): Promise<ChildProcess> {
  const address = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const child = spawn('redis-server', [...address, '--save', '', '--appendonly', 'no', ...auth], {
    stdio: 'ignore',
  });
  const end = Date.now() + READY_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > end) throw new Error('redis-server did not start');
    await pause(20);
  }
  return child;
}

/** Any answer will do: without the password that of PING is an error. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
