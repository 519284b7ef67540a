import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './command.ts';
import { openRealm } from './keycloak-realm.ts';
import { startProcess } from './process.ts';
import { freePort } from './server.ts';

/** Where `scripts/live.ts` unpacks the distribution. */
const distribution = join(repository, '.cache', 'live', 'keycloak-26.7.3');

export interface RunningKeycloak {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Issuer of the realm `mxcp`. */
  readonly issuer: string;
  /** Where its health is asked for. */
  readonly managementPort: number;
  stop(): Promise<void>;
}

/**
 * A real Keycloak with the realm `mxcp` on free ports of 127.0.0.1; nothing is kept.
 * @param resource what the realm's access tokens are for
 */
export async function startKeycloak(resource: string): Promise<RunningKeycloak> {
  const running = await launch([], {});
  try {
    const token = await adminToken(running.url);
    await openRealm((method, path, body) => admin(running.url, token, method, path, body), resource);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

/** A real Keycloak that imports a realm file at its start, which may name variables of its environment. */
export function startKeycloakWithRealm(
  realmFile: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningKeycloak> {
  return launch(['--import-realm'], env, realmFile);
}

async function launch(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  realmFile?: string,
): Promise<RunningKeycloak> {
  const [port, managementPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const data = join(distribution, 'data');
  rmSync(data, { recursive: true, force: true });
  if (realmFile !== undefined) {
    mkdirSync(join(data, 'import'), { recursive: true });
    writeFileSync(join(data, 'import', 'realm.json'), realmFile);
  }
  const running = await startProcess(
    join(distribution, 'bin', 'kc.sh'),
    [
      'start-dev',
      '--db=dev-mem',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      '--health-enabled=true',
      '--http-management-host=127.0.0.1',
      `--http-management-port=${managementPort}`,
      ...args,
    ],
    {
      cwd: distribution,
      env: {
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin',
        JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx512m',
        ...env,
      },
      readyMs: 180_000,
    },
    async () => (await fetch(`http://127.0.0.1:${managementPort}/health/ready`)).ok,
  );
  return { url, issuer: `${url}/realms/mxcp`, managementPort, stop: () => running.stop() };
}

async function adminToken(url: string): Promise<string> {
  const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username: 'admin',
      password: 'admin',
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function admin(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(`${url}/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Keycloak answered ${answer.status} to ${method} ${path}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}
