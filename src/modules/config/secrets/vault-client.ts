import { SecretUnresolvedError } from '../../../common/errors/config-errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { parseJsonText } from '../../../common/domain/json-text.js';
import type { Secret } from '../../../common/domain/secret.js';

/** Longest that one request may take. */
const REQUEST_TIMEOUT_MS = 10_000;

/** How to prove who is asking. */
export type VaultLogin =
  | { readonly kind: 'token'; readonly token: Secret }
  | {
      readonly kind: 'approle';
      readonly roleId: string;
      readonly secretId: Secret;
      readonly mount: string;
    };

interface VaultAnswer {
  readonly status: number;
  readonly body: JsonValue;
}

/** Reads secrets of a KV engine, version 2 or 1, over HashiCorp Vault's HTTP API. */
export class VaultClient {
  readonly #address: string;
  readonly #login: VaultLogin;
  readonly #read = new Map<string, Promise<JsonObject>>();
  #token: Promise<string> | null = null;

  constructor(address: string, login: VaultLogin) {
    this.#address = address.replace(/\/+$/, '');
    this.#login = login;
  }

  /**
   * The members of the secret at a path; one read however often it is asked for.
   * @throws SecretUnresolvedError
   */
  read(path: string): Promise<JsonObject> {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const reading = this.readOnce(path);
    this.#read.set(path, reading);
    return reading;
  }

  private async readOnce(path: string): Promise<JsonObject> {
    this.#token ??= this.authenticate();
    const token = await this.#token;
    const reasons: string[] = [];
    for (const { url, version } of candidates(path)) {
      const { status, body } = await this.request(url, { headers: { 'X-Vault-Token': token } });
      const data = status === 200 ? secretData(body, version) : null;
      if (data !== null) return data;
      reasons.push(`${url} answered ${status}`);
    }
    throw new SecretUnresolvedError(`Failed to read secret from Vault path '${path}': ${reasons.join(', ')}`);
  }

  private async authenticate(): Promise<string> {
    const token = this.#login.kind === 'token' ? this.#login.token.reveal() : await this.appRoleToken();
    const { status } = await this.request('auth/token/lookup-self', { headers: { 'X-Vault-Token': token } });
    if (status !== 200) throw new SecretUnresolvedError('Failed to authenticate with Vault');
    return token;
  }

  private async appRoleToken(): Promise<string> {
    if (this.#login.kind !== 'approle') return '';
    const { roleId, secretId, mount } = this.#login;
    const { body } = await this.request(`auth/${encodePath(mount)}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ role_id: roleId, secret_id: secretId.reveal() }),
    });
    const auth = isJsonObject(body) ? body['auth'] : null;
    const token = isJsonObject(auth) ? auth['client_token'] : null;
    if (typeof token !== 'string') throw new SecretUnresolvedError('Failed to authenticate with Vault');
    return token;
  }

  private async request(path: string, init: RequestInit): Promise<VaultAnswer> {
    try {
      const response = await fetch(`${this.#address}/v1/${path}`, {
        ...init,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      return { status: response.status, body: jsonOf(await response.text()) };
    } catch (error) {
      throw new SecretUnresolvedError(`Error connecting to Vault: ${transportText(error)}`);
    }
  }
}

/**
 * Where a path may lie (configuration.md §6.4): below the mount `secret` first, then below the mount that its
 * first segment names.
 */
function candidates(path: string): { url: string; version: 1 | 2 }[] {
  const [first = '', ...rest] = path.split('/');
  const places = [{ mount: 'secret', below: path }];
  if (rest.length > 0) places.push({ mount: first, below: rest.join('/') });
  return places.flatMap(({ mount, below }) => [
    { url: `${encodePath(mount)}/data/${encodePath(below)}`, version: 2 as const },
    { url: `${encodePath(mount)}/${encodePath(below)}`, version: 1 as const },
  ]);
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function secretData(body: JsonValue, version: 1 | 2): JsonObject | null {
  const outer = isJsonObject(body) ? body['data'] : undefined;
  if (!isJsonObject(outer)) return null;
  const data = version === 2 ? outer['data'] : outer;
  return isJsonObject(data) ? data : null;
}

function jsonOf(text: string): JsonValue {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null; // a proxy's error page; the status says the rest
    throw error;
  }
}

/** fetch's own messages may repeat a header, which is the token; those of the system below it do not. */
function transportText(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed';
  if (error.name === 'TimeoutError') return `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`;
  return error.cause instanceof Error && error.cause.message !== ''
    ? error.cause.message
    : 'the request failed';
}
