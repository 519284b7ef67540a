import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import tls from 'node:tls';
import { repository } from './command.ts';
import { startProcess } from './process.ts';
import { send } from './raw-http.ts';
import { freePort } from './server.ts';

const tlsFolder = join(repository, 'test', 'fixtures', 'tls');
/** For localhost and 127.0.0.1; it is its own authority. */
const certificate = join(tlsFolder, 'localhost.crt');
const certificateKey = join(tlsFolder, 'localhost.key');

/** Whom the proxies of the tests take for the client, as a proxy in front of nginx would tell. */
export const clientAddressHeader = 'x-test-client';

export interface RunningProxy {
  /** `https://localhost:PORT` */
  readonly url: string;
  /** `http://127.0.0.1:PORT` */
  readonly plainUrl: string;
  stop(): Promise<void>;
}

/** A file of `deploy/` with its placeholders, and how a proxy runs with it. */
export interface ProxyFile {
  readonly name: string;
  readonly publicUrl: string;
  /** Whether its runnable copy takes `clientAddressHeader` for the address of who connects. */
  readonly knowsTestClients: boolean;
  /** @param ports of the servers: one, or as many as the file names */
  start(ports: readonly number[]): Promise<RunningProxy>;
}

/** A port without TLS that leads to a proxy's port with it, for a program that cannot do TLS everywhere. */
export async function plainEntrance(
  proxy: RunningProxy,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const port = await freePort();
  const secure = Number(new URL(proxy.url).port);
  const server = createServer((plain) => {
    const onward = tls.connect({ host: '127.0.0.1', port: secure, servername: 'localhost' });
    pipeline(plain, onward, plain, () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** What is replaced in a copy, each exactly once: `[what stands there, what shall stand there]`. */
type Replacements = readonly (readonly [string, string])[];

/** Makes `fetch` and TLS of this process trust the certificate. */
export function trustCertificate(): void {
  tls.setDefaultCACertificates([...tls.getCACertificates(), readFileSync(certificate, 'utf8')]);
}

export const mxcpConf: ProxyFile = {
  name: 'deploy/nginx/mxcp.conf',
  publicUrl: 'https://api.example.com',
  knowsTestClients: true,
  start: (ports) =>
    startNginx('mxcp.conf', [
      ['/etc/ssl/certs/server.crt', certificate],
      ['/etc/ssl/private/server.key', certificateKey],
      ['server mxcp:8000', `server 127.0.0.1:${ports[0]}`],
    ]),
};

export const mcpoConf: ProxyFile = {
  name: 'deploy/nginx/mcpo.conf',
  publicUrl: 'https://mcpo-api.yourdomain.com',
  knowsTestClients: true,
  start: (ports) =>
    startNginx('mcpo.conf', [
      ['/etc/nginx/ssl/mcpo.crt', certificate],
      ['/etc/nginx/ssl/mcpo.key', certificateKey],
      ...[1, 2, 3].map(
        (number) =>
          [`server mcpo-${number}:8000`, `server 127.0.0.1:${ports[(number - 1) % ports.length]}`] as const,
      ),
    ]),
};

export const haproxyCfg: ProxyFile = {
  name: 'deploy/haproxy/haproxy.cfg',
  publicUrl: 'https://api.example.com',
  knowsTestClients: false,
  start: startHaproxy,
};

async function startNginx(file: string, replacements: Replacements): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-nginx-'));
  const [plain, secure] = [await freePort(), await freePort()];
  const site = runnable(join('nginx', file), [
    ...replacements,
    ['listen 80;', `listen 127.0.0.1:${plain};`],
    ['listen 443 ssl', `listen 127.0.0.1:${secure} ssl`],
  ]);
  writeFileSync(join(folder, 'site.conf'), site);
  writeFileSync(join(folder, 'nginx.conf'), aroundSite(folder));
  const args = ['-p', folder, '-e', 'error.log', '-c', join(folder, 'nginx.conf')];
  check('nginx', ['-t', ...args], /\[(warn|emerg|alert|error)\]/);
  return run('nginx', [...args, '-g', 'daemon off;'], folder, plain, secure);
}

/** What a distribution's own nginx.conf says around a site, gzip included; workers need to reach the folder. */
function aroundSite(folder: string): string {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${name};\n`)
    .join('');
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  return (
    `${user}worker_processes 2;\npid ${folder}/nginx.pid;\n` +
    `events { worker_connections 1024; }\nhttp {\n  access_log access.log;\n  gzip on;\n  gzip_types *;\n${temp}` +
    `  set_real_ip_from 127.0.0.1;\n  real_ip_header ${clientAddressHeader};\n  include site.conf;\n}\n`
  );
}

async function startHaproxy(ports: readonly number[]): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-haproxy-'));
  const [plain, secure] = [await freePort(), await freePort()];
  const pem = join(folder, 'server.pem');
  writeFileSync(pem, readFileSync(certificate, 'utf8') + readFileSync(certificateKey, 'utf8'), {
    mode: 0o600,
  });
  const file = join(folder, 'haproxy.cfg');
  const text = runnable(join('haproxy', 'haproxy.cfg'), [
    ['/etc/haproxy/certs/api.example.com.pem', pem],
    ['bind :80\n', `bind 127.0.0.1:${plain}\n`],
    ['bind :443 ', `bind 127.0.0.1:${secure} `],
    ...[10, 11, 12].map(
      (last, index) => [`10.0.1.${last}:8000`, `127.0.0.1:${ports[index % ports.length]}`] as const,
    ),
  ]);
  writeFileSync(file, text);
  check('haproxy', ['-c', '-f', file], /\[(WARNING|ALERT)\]/);
  return run('haproxy', ['-f', file], folder, plain, secure);
}

/** A copy of a file of `deploy/` in which nothing differs but its placeholders. */
function runnable(file: string, replacements: Replacements): string {
  let text = readFileSync(join(repository, 'deploy', file), 'utf8');
  const isCode = (line: string): boolean => !line.trim().startsWith('#');
  text = text.split('\n').filter(isCode).join('\n');
  for (const [placeholder, value] of replacements) {
    const parts = text.split(placeholder);
    if (parts.length !== 2)
      throw new Error(`${file} has "${placeholder}" ${parts.length - 1} times, not once`);
    text = parts.join(value);
  }
  return text;
}

/** The proxy's own check; warnings do not change its exit code. */
function check(command: string, args: readonly string[], complaint: RegExp): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0 || complaint.test(stdout + stderr)) {
    throw new Error(`${command} does not accept its file:\n${stdout}${stderr}`);
  }
}

async function run(
  command: string,
  args: readonly string[],
  folder: string,
  plain: number,
  secure: number,
): Promise<RunningProxy> {
  const plainUrl = `http://127.0.0.1:${plain}`;
  const running = await startProcess(
    command,
    args,
    { cwd: folder, readyMs: 10_000 },
    async () => (await send(plainUrl)).status === 308,
  );
  return {
    url: `https://localhost:${secure}`,
    plainUrl,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
