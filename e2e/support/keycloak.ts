import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './command.ts';
import { openRealm } from './keycloak-realm.ts';
import { startProcess } from './process.ts';
import { freePort } from './server.ts';

/** Where `scripts/live.ts` unpacks the distribution. */
const distribution = join(repository, 'node_modules', '.cache', 'live', 'keycloak-26.7.3');

export interface RunningKeycloak {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Issuer of the realm `mxcp`. */
  readonly issuer: string;
  stop(): Promise<void>;
}

/**
 * A real Keycloak with the realm `mxcp` on free ports of 127.0.0.1; nothing is kept.
 * @param resource what the realm's access tokens are for
 */
export async function startKeycloak(resource: string): Promise<RunningKeycloak> {
  const [port, managementPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  rmSync(join(distribution, 'data'), { recursive: true, force: true });
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
    ],
    {
      cwd: distribution,
      env: {
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin',
        JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx512m',
      },
      readyMs: 180_000,
    },
    async () => (await fetch(`http://127.0.0.1:${managementPort}/health/ready`)).ok,
  );
  try {
    const token = await adminToken(url);
    await openRealm((method, path, body) => admin(url, token, method, path, body), resource);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return { url, issuer: `${url}/realms/mxcp`, stop: () => running.stop() };
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
