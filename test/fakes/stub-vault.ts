import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface StubVaultParts {
  /** Answers by path below `/v1/`; a path that is missing answers 404, `lookup-self` 200 for `token`. */
  readonly secrets?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly appRole?: { readonly mount: string; readonly roleId: string; readonly secretId: string };
}

/** A stub of Vault's HTTP API on 127.0.0.1: token lookup, AppRole login, KV reads. Not a real Vault. */
export async function aStubVault(parts: StubVaultParts) {
  const token = parts.token ?? 't0ken';
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });

  async function answer(request: IncomingMessage): Promise<[number, unknown]> {
    const path = (request.url ?? '').replace(/^\/v1\//, '');
    requests.push(`${request.method ?? ''} ${path}`);
    const { appRole } = parts;
    if (appRole !== undefined && path === `auth/${appRole.mount}/login`) {
      const chunks = (await request.toArray()) as Buffer[];
      const expected = JSON.stringify({ role_id: appRole.roleId, secret_id: appRole.secretId });
      return Buffer.concat(chunks).toString() === expected
        ? [200, { auth: { client_token: token } }]
        : [400, { errors: ['invalid role or secret ID'] }];
    }
    if (request.headers['x-vault-token'] !== token) return [403, { errors: ['permission denied'] }];
    if (path === 'auth/token/lookup-self') return [200, { data: {} }];
    const found = parts.secrets?.[path];
    return found === undefined ? [404, { errors: [] }] : [200, found];
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  );
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
