import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PYTHON_IMAGE, SERVER_IMAGE } from '../../scripts/services/server-image.ts';
import { repository } from '../support/command.ts';
import { mustEngine, runOnce } from '../support/containers.ts';

const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  version: string;
  description: string;
  license: string;
  dependencies: Record<string, string>;
};

interface ImageConfig {
  readonly User: string;
  readonly ExposedPorts: object;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly WorkingDir: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly StopSignal: string;
}

const inspected = async (format: string): Promise<unknown> =>
  JSON.parse(
    await mustEngine('podman', ['image', 'inspect', '--format', `{{json ${format}}}`, SERVER_IMAGE]),
  );

const shell = async (image: string, script: string): Promise<string> => {
  const { code, stdout, stderr } = await runOnce(image, [], ['bash', '-c', script]);
  if (code !== 0) throw new Error(`${script}\n${stdout}${stderr}`);
  return stdout.trim();
};

describe('the image, on a stand-in for node:24-bookworm-slim', () => {
  it('runs the server as user 1000 on port 8000 and tells its health (seeds 000 and 001)', async () => {
    const config = (await inspected('.Config')) as ImageConfig;
    expect(config).toMatchObject({
      User: '1000:1000',
      ExposedPorts: { '8000/tcp': {} },
      Entrypoint: ['tini', '--'],
      Cmd: ['mxcp', 'serve', '--transport', 'http'],
      WorkingDir: '/app',
      StopSignal: 'SIGTERM',
    });
    expect(config.Env).toEqual(
      expect.arrayContaining([
        'NODE_ENV=production',
        'BIND_IP=0.0.0.0',
        'HOME=/app/data',
        'PYTHONUNBUFFERED=1',
      ]),
    );
    const second = 1_000_000_000;
    expect(await inspected('.HealthCheck')).toEqual({
      Test: ['CMD', 'mxcp', 'healthcheck'],
      Interval: 30 * second,
      Timeout: 10 * second,
      StartPeriod: 5 * second,
      Retries: 3,
    });
  });

  it('says what it is in its labels', async () => {
    expect(await inspected('.Config.Labels')).toMatchObject({
      'org.opencontainers.image.title': 'mxcp-server',
      'org.opencontainers.image.description': manifest.description,
      'org.opencontainers.image.licenses': manifest.license,
      'org.opencontainers.image.version': manifest.version,
      'com.mxcp.service': 'mxcp',
    });
  });

  it('brings the command, the DuckDB of the server, curl and bash', async () => {
    const duckdb = manifest.dependencies['@duckdb/node-api']?.split('-')[0] ?? '';
    expect(await shell(SERVER_IMAGE, 'mxcp --version')).toBe(`mxcp ${manifest.version}`);
    expect(await shell(SERVER_IMAGE, 'duckdb -noheader -list -c "SELECT version()"')).toBe(`v${duckdb}`);
    expect(await shell(SERVER_IMAGE, 'duckdb -noheader -list /app/data/x.duckdb "SELECT 1"')).toBe('1');
    expect(await shell(SERVER_IMAGE, 'curl --version')).toContain('https');
  });

  it('holds no package manager, compiler, cache or test', async () => {
    const commands = 'npm npx corepack yarn gcc g++ cc make git tsc nest vitest python3';
    expect(await shell(SERVER_IMAGE, `for c in ${commands}; do command -v $c; done; true`)).toBe('');
    const files = await shell(SERVER_IMAGE, 'cd /opt/mxcp-server && find . -not -path "./node_modules/*"');
    expect(files).not.toMatch(
      /\.(map|tsbuildinfo|test\.js)$|\.d\.ts$|\/(tests?|e2e|examples|src|\.env)(\/|$)/m,
    );
    expect(
      await shell(SERVER_IMAGE, 'cd /opt/mxcp-server/node_modules && ls -d node typescript vitest; true'),
    ).toBe('');
    expect(await shell(SERVER_IMAGE, 'ls /var/lib/apt/lists /app/data /app/audit /tmp')).not.toMatch(/\w$/m);
    expect(
      await shell(SERVER_IMAGE, 'find / -xdev -name .npm -o -xdev -name _cacache 2>/dev/null; true'),
    ).toBe('');
    expect(await shell(PYTHON_IMAGE, 'for c in npm gcc cc make; do command -v $c; done; true')).toBe('');
  });

  it('lets its user write to the state folders and nowhere else', async () => {
    const writable =
      'find / -xdev -writable -not -type l -not -path "/proc/*" 2>/dev/null | sort | tr "\\n" " "';
    const places = '/app/audit /app/data /app/drift /app/logs';
    for (const image of [SERVER_IMAGE, PYTHON_IMAGE]) {
      const found = (await shell(image, writable))
        .split(' ')
        .filter((path) => !/^\/(dev|tmp|var\/tmp|run\/lock)/.test(path));
      expect(found.join(' ')).toBe(places);
    }
  });

  it('takes Python packages by build argument, in an environment that comes first on the path', async () => {
    expect(await shell(PYTHON_IMAGE, 'command -v python3 pip')).toBe(
      '/opt/venv/bin/python3\n/opt/venv/bin/pip',
    );
    expect(await shell(PYTHON_IMAGE, 'python3 -c "import tabulate; print(tabulate.__version__)"')).toBe(
      '0.9.0',
    );
  });
});
