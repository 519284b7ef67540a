import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FakeGitHub } from './fake-github.ts';
import type { FakeOpenId } from './fake-openid.ts';
import { modernRequest, type Answer } from './rpc.ts';
import { freePort, startServer, type RunningServer } from './server.ts';

/** A tool, as JSON, which is YAML. */
function tool(name: string, columns: string): string {
  return JSON.stringify({
    mxcp: 1,
    tool: {
      name,
      description: `The tool ${name}`,
      return: { type: 'object' },
      source: { code: `SELECT ${columns}` },
    },
  });
}

const site = {
  mxcp: 1,
  project: 'auth',
  profile: 'default',
  profiles: { default: { audit: { enabled: true } } },
};

const files = {
  'mxcp-site.yml': JSON.stringify(site),
  'tools/whoami.yml': tool(
    'whoami',
    'get_username() AS username, get_user_email() AS email, get_user_provider() AS provider',
  ),
  'tools/upstream_token.yml': tool('upstream_token', 'get_user_external_token() AS token'),
} as const;

export interface AuthProjectOptions {
  /** `transport.http` of the user file. */
  readonly http?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
}

/** A project whose tools tell who calls, with a user file that a test writes. */
export class AuthFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'mxcp-auth-'));

  readonly #servers: RunningServer[] = [];

  constructor() {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  /** Serves the project with this `auth` block. */
  async serve(auth: object, { http = {}, env = {}, port }: AuthProjectOptions = {}): Promise<RunningServer> {
    const chosen = port ?? (await freePort());
    const userFile = join(this.folder, `config-${chosen}.yml`);
    const user = {
      mxcp: 1,
      transport: { http },
      projects: { auth: { profiles: { default: { auth } } } },
    };
    writeFileSync(userFile, JSON.stringify(user));
    const server = await startServer(this.folder, [], { MXCP_CONFIG: userFile, ...env }, chosen);
    this.#servers.push(server);
    return server;
  }

  get store(): string {
    return join(this.folder, '.mxcp', 'oauth.db');
  }

  /** The records of the audit log, parsed. */
  auditRecords(): readonly Readonly<Record<string, unknown>>[] {
    return readdirSync(join(this.folder, 'audit'))
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) =>
        readFileSync(join(this.folder, 'audit', name), 'utf8')
          .trim()
          .split('\n'),
      )
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Stops what still serves it, and deletes it. */
  async remove(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Issuer mode with users of a fake GitHub. */
export function githubAuth(github: FakeGitHub, more: object = {}): object {
  return {
    provider: 'github',
    github: {
      client_id: github.clientId,
      client_secret: github.clientSecret,
      auth_url: github.authUrl,
      token_url: github.tokenUrl,
      scope: 'read:user user:email',
    },
    ...more,
  };
}

/** Issuer mode with users of a fake OpenID provider. */
export function openIdAuth(provider: FakeOpenId, more: object = {}): object {
  return {
    provider: 'oidc',
    oidc: {
      config_url: provider.configUrl,
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      scope: 'openid profile email offline_access',
    },
    ...more,
  };
}

/** Verifier mode: tokens of a fake OpenID provider. */
export function verifierAuth(provider: FakeOpenId, oidc: object = {}, more: object = {}): object {
  return {
    mode: 'verifier',
    provider: 'oidc',
    oidc: {
      config_url: provider.configUrl,
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      scope: 'openid profile email',
      ...oidc,
    },
    ...more,
  };
}

/** Calls a tool with a bearer token. */
export function callAs(url: string, token: string, name = 'whoami'): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}` };
  return modernRequest(url, 'tools/call', { name, arguments: {} }, { headers });
}

/** What a tool returned. */
export function returned({ body }: Answer): unknown {
  return body.result?.['structuredContent'];
}
