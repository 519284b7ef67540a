import type { JsonValue } from '../../../common/domain/json.js';
import { Secret } from '../../../common/domain/secret.js';
import { SecretUnresolvedError } from '../../../common/errors/config-errors.js';
import { SecretResolver } from '../../../common/ports/secret-resolver.js';
import type { VaultDocument } from '../schema/secret-managers-schema.js';
import type { Variables } from '../variables.js';
import { VaultClient, type VaultLogin } from './vault-client.js';

const form = /^vault:\/\/\/*([^#]+?)(?:#(.*))?$/s;
const expected = 'Expected vault://path/to/secret#key';

/** `vault://PATH#KEY`, read with one login and one request per path (configuration.md §6.4). */
export class VaultSecretResolver extends SecretResolver {
  readonly prefix = 'vault://';
  #client: VaultClient | null = null;

  /** @param settings `vault` of the user file; null when it has none */
  constructor(
    private readonly settings: VaultDocument | null,
    private readonly variables: Variables,
  ) {
    super();
  }

  async resolve(reference: string): Promise<JsonValue> {
    if (this.settings?.enabled !== true) {
      throw new SecretUnresolvedError(
        `Vault URL '${reference}' found but Vault is not enabled in configuration`,
      );
    }
    const [, path, key] = form.exec(reference) ?? [];
    if (path === undefined) {
      throw new SecretUnresolvedError(`Invalid vault URL format: '${reference}'. ${expected}`);
    }
    if (key === undefined || key === '') {
      throw new SecretUnresolvedError(`Vault URL '${reference}' must specify a key after '#'. ${expected}`);
    }
    this.#client ??= this.connect(this.settings);
    const secret = await this.#client.read(path);
    const value = Object.hasOwn(secret, key) ? secret[key] : undefined;
    if (value === undefined) {
      throw new SecretUnresolvedError(`Key '${key}' not found in Vault secret at path '${path}'`);
    }
    return value;
  }

  private connect(settings: VaultDocument): VaultClient {
    const address = settings.address ?? this.variables.setting('VAULT_ADDR');
    if (address === undefined || address === '') {
      throw new SecretUnresolvedError('Vault address must be configured when using vault:// URLs');
    }
    return new VaultClient(address, this.login(settings));
  }

  private login(settings: VaultDocument): VaultLogin {
    if (settings.approle) {
      const { role_id_env, secret_id_env, mount } = settings.approle;
      return {
        kind: 'approle',
        roleId: this.required('Vault role id', role_id_env ?? 'VAULT_ROLE_ID'),
        secretId: new Secret(this.required('Vault secret id', secret_id_env ?? 'VAULT_SECRET_ID')),
        mount: mount ?? 'approle',
      };
    }
    const token = this.required('Vault token', settings.token_env ?? 'VAULT_TOKEN');
    return { kind: 'token', token: new Secret(token) };
  }

  private required(what: string, name: string): string {
    const value = this.variables.value(name)?.trim() ?? '';
    if (value === '') {
      throw new SecretUnresolvedError(`${what} not found in environment variable '${name}'`);
    }
    return value;
  }
}
