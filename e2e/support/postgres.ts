import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './server.ts';

export interface RunningPostgres {
  readonly port: number;
  /** Runs SQL as the superuser. */
  sql(text: string): string;
  stop(): void;
}

/** A real PostgreSQL on a free port of 127.0.0.1, with an empty database and the password `live-test`. */
export async function startPostgres(): Promise<RunningPostgres> {
  const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(a) - Number(b));
  const bin = `/usr/lib/postgresql/${versions.at(-1) ?? ''}/bin`;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-postgres-'));
  const user = execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' });
  chownSync(folder, Number(user), Number(user));
  const data = join(folder, 'data');
  const asPostgres = (command: string, args: readonly string[], input?: string): string =>
    execFileSync('runuser', ['-u', 'postgres', '--', command, ...args], {
      encoding: 'utf8',
      cwd: folder,
      ...(input === undefined ? {} : { input }),
      env: { ...process.env, PGPASSWORD: 'live-test' },
    });
  asPostgres('sh', ['-c', `echo live-test > ${folder}/password`]);
  asPostgres(`${bin}/initdb`, [
    '-D',
    data,
    '-A',
    'scram-sha-256',
    '-U',
    'postgres',
    `--pwfile=${folder}/password`,
    '--no-sync',
  ]);
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  asPostgres(`${bin}/pg_ctl`, ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
  const psql = [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-U',
    'postgres',
    '-v',
    'ON_ERROR_STOP=1',
    '-At',
    '-f',
    '-',
  ];
  return {
    port,
    sql: (text) => asPostgres('psql', psql, text),
    stop: () => {
      asPostgres(`${bin}/pg_ctl`, ['-D', data, '-m', 'fast', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
