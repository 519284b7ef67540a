import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs, returned } from '../support/auth-project.ts';
import { signInWithBrowser, startBrowser } from '../support/browser.ts';
import { examples, projectCopy, repository } from '../support/command.ts';
import { servicesOf, textOfFile } from '../support/compose-files.ts';
import { expressionsOf, readDashboard } from '../support/dashboard.ts';
import { startKeycloakWithRealm, type RunningKeycloak } from '../support/keycloak.ts';
import { ClientCredentials, connectByLogin } from '../support/login-client.ts';
import { startProcess, type RunningProcess } from '../support/process.ts';
import { callTool } from '../support/rpc.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';

const deploy = join(repository, 'deploy', 'compose');

describe('the files of deploy/compose for Prometheus and Grafana', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-monitoring-'));
  const project = projectCopy(join(examples, 'earthquakes'));
  const expressions = expressionsOf(readDashboard(join(deploy, 'grafana', 'dashboards', 'mxcp.json')));

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    project.remove();
  });

  it('prometheus.yml passes promtool', () => {
    const checked = spawnSync('promtool', ['check', 'config', join(deploy, 'prometheus.yml')], {
      encoding: 'utf8',
    });

    expect([checked.status, checked.stderr]).toEqual([0, '']);
  });

  it('the expressions of the dashboard pass promtool', () => {
    const rules = expressions.map((expr, at) => ({ record: `panel:${at}`, expr }));
    writeFileSync(join(folder, 'rules.yml'), stringify({ groups: [{ name: 'dashboard', rules }] }));

    const checked = execFileSync('promtool', ['check', 'rules', join(folder, 'rules.yml')], {
      encoding: 'utf8',
    });

    expect(checked).toContain(`SUCCESS: ${expressions.length} rules found`);
  });

  it('a real Prometheus with prometheus.yml scrapes the server, and the dashboard shows its calls', async () => {
    const server = await startServer(project.folder);
    const port = await freePort();
    let prometheus: RunningProcess | undefined;
    try {
      // the name that Compose gives the server, and a test's patience
      const config = textOfFile('deploy/compose/prometheus.yml')
        .replace('mxcp:8000', `127.0.0.1:${server.port}`)
        .replace('15s', '1s');
      writeFileSync(join(folder, 'prometheus.yml'), config);
      prometheus = await startProcess(
        'prometheus',
        [
          `--config.file=${join(folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--log.level=error',
        ],
        { cwd: folder, readyMs: 30_000 },
        async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
      );
      for (const day of ['2018-02-04', 'no day']) await callTool(server.url, 'daily_summary', { day });
      const until = Date.now() + 60_000;
      let shown = new Map<string, number>();
      // a rate needs two samples that differ, so the calls go on
      while (Date.now() < until && [...shown.values()].filter((series) => series > 0).length < 11) {
        for (const day of ['2018-02-04', 'no day']) await callTool(server.url, 'daily_summary', { day });
        shown = new Map(
          await Promise.all(expressions.map(async (expr) => [expr, await seriesOf(port, expr)] as const)),
        );
      }

      // nobody was let in by a key or denied by a policy: those two have no series yet
      const empty = [...shown]
        .filter(([, series]) => series === 0)
        .map(([expr]) => /mxcp_\w+/.exec(expr)?.[0]);
      expect(empty.toSorted()).toEqual(['mxcp_auth_attempts_total', 'mxcp_policy_denials_total']);
    } finally {
      await prometheus?.stop();
      await server.stop();
    }
  });
});

/** How many series an expression has; a query that Prometheus refuses is an error. */
async function seriesOf(port: number, expression: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const body = (await answer.json()) as { status: string; data?: { result: unknown[] } };
  if (body.status !== 'success') throw new Error(`${expression}: ${JSON.stringify(body)}`);
  return body.data?.result.length ?? 0;
}

describe('the files of deploy/compose for Keycloak', () => {
  const env = {
    KEYCLOAK_CLIENT_SECRET: 'a-secret-of-the-test',
    KEYCLOAK_USER_PASSWORD: 'a-password-of-the-test',
  };
  const project = projectCopy(join(examples, 'earthquakes'));
  let keycloak: RunningKeycloak;
  let browser: Browser;
  let server: RunningServer;

  beforeAll(async () => {
    const port = await freePort();
    // the port alone differs from what Compose publishes
    const realm = textOfFile('deploy/compose/keycloak/realm.json').replace(
      'localhost:8000',
      `localhost:${port}`,
    );
    [keycloak, browser] = await Promise.all([startKeycloakWithRealm(realm, env), startBrowser()]);
    server = await startServer(
      project.folder,
      [],
      {
        ...env,
        MXCP_CONFIG: join(deploy, 'keycloak', 'config', 'config.yml'),
        KEYCLOAK_URL: keycloak.url,
        KEYCLOAK_CLIENT_ID: 'mxcp',
        MXCP_BASE_URL: `http://localhost:${port}`,
      },
      port,
    );
  }, 240_000);

  afterAll(async () => {
    await server.stop();
    await browser.close();
    await keycloak.stop();
    project.remove();
  });

  it('the server signs in a user of the imported realm, whose secrets came from the environment', async () => {
    const url = `http://localhost:${server.port}`;
    const credentials = new ClientCredentials();
    const client = await connectByLogin(
      `${url}/mcp`,
      (at, back) =>
        signInWithBrowser(browser, at, back, { username: 'ann', password: env.KEYCLOAK_USER_PASSWORD }),
      'modern',
      credentials,
    );
    await client.close();

    const answer = await callAs(url, credentials.tokens()?.access_token ?? '', 'count_by_region');

    expect([answer.status, returned(answer)]).toEqual([200, expect.anything()]);
  });

  it('its health check passes while it is ready, and not when nothing answers', async () => {
    const [, shell = '', flag = '', script = ''] = testOf('keycloak');
    // Compose reads $$ as one dollar sign
    const on = (port: number): string => script.replaceAll('$$', '$').replace('9000', String(port));

    expect(spawnSync(shell, [flag, on(keycloak.managementPort)]).status).toBe(0);
    expect(spawnSync(shell, [flag, on(await freePort())]).status).not.toBe(0);
    // a server that answers something else than 200
    const url = new URL(keycloak.url);
    expect(spawnSync(shell, [flag, on(Number(url.port))]).status).not.toBe(0);
  });
});

/** The health check of a service, as a list. */
function testOf(service: string): readonly string[] {
  const test = servicesOf('deploy/compose/keycloak.yml').get(service)?.healthcheck?.['test'];
  return Array.isArray(test) ? test.map(String) : [];
}
