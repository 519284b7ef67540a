import { SecretUnresolvedError } from '../../../common/errors/config-errors.js';
import { SecretResolver } from '../../../common/ports/secret-resolver.js';
import type { OnepasswordDocument } from '../schema/secret-managers-schema.js';
import type { Variables } from '../variables.js';

const PACKAGE = '@1password/sdk';
const DEFAULT_TOKEN_VARIABLE = 'OP_SERVICE_ACCOUNT_TOKEN';
const form = /^op:\/\/([^/?]+(?:\/[^/?]+){2,3})(?:\?attribute=(?:otp|totp))?$/;

/** What is used of the vendor's SDK. */
interface OnepasswordSdk {
  createClient(options: { auth: string; integrationName: string; integrationVersion: string }): Promise<{
    readonly secrets: { resolve(reference: string): Promise<string> };
  }>;
}

type OnepasswordClient = Awaited<ReturnType<OnepasswordSdk['createClient']>>;

/** `op://VAULT/ITEM/[SECTION/]FIELD[?attribute=otp]`, by 1Password's own SDK (configuration.md §6.5). */
export class OnepasswordSecretResolver extends SecretResolver {
  readonly prefix = 'op://';
  #client: Promise<OnepasswordClient> | null = null;

  /**
   * @param settings `onepassword` of the user file; null when it has none
   * @param load the SDK, which is an optional package
   */
  constructor(
    private readonly settings: OnepasswordDocument | null,
    private readonly variables: Variables,
    private readonly load: () => Promise<unknown> = loadSdk,
  ) {
    super();
  }

  async resolve(reference: string): Promise<string> {
    if (this.settings?.enabled !== true) {
      throw new SecretUnresolvedError(
        `1Password URL '${reference}' found but 1Password is not enabled in configuration`,
      );
    }
    const [, path] = form.exec(reference) ?? [];
    if (path === undefined) {
      throw new SecretUnresolvedError(
        `Invalid 1Password URL format: '${reference}'. Expected op://vault/item/field or op://vault/item/field?attribute=otp`,
      );
    }
    this.#client ??= this.connect(this.settings.token_env ?? DEFAULT_TOKEN_VARIABLE);
    const client = await this.#client;
    const wanted = `op://${path}${reference.includes('?') ? '?attribute=totp' : ''}`;
    try {
      return await client.secrets.resolve(wanted);
    } catch (error) {
      throw failed(reference, error);
    }
  }

  private async connect(tokenVariable: string): Promise<OnepasswordClient> {
    const auth = this.variables.setting(tokenVariable);
    if (auth === undefined) {
      throw new SecretUnresolvedError(
        `1Password service account token not found in environment variable '${tokenVariable}'`,
      );
    }
    const sdk = await this.load().catch((cause: unknown) => {
      throw missing(cause);
    });
    if (!isSdk(sdk)) throw missing(sdk);
    try {
      return await sdk.createClient({ auth, integrationName: 'mxcp-server', integrationVersion: 'v1' });
    } catch (error) {
      throw new SecretUnresolvedError('Failed to authenticate with 1Password', { cause: error });
    }
  }
}

/** By a name that compilers do not follow: the package need not be there. */
function loadSdk(): Promise<unknown> {
  const name: string = PACKAGE;
  return import(name) as Promise<unknown>;
}

function isSdk(value: unknown): value is OnepasswordSdk {
  return typeof value === 'object' && value !== null && 'createClient' in value;
}

function missing(cause: unknown): SecretUnresolvedError {
  return new SecretUnresolvedError(
    `${PACKAGE} library is required for 1Password references. Install it with: npm install ${PACKAGE}`,
    { cause },
  );
}

function failed(reference: string, cause: unknown): SecretUnresolvedError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SecretUnresolvedError(`Failed to resolve 1Password URL '${reference}': ${reason}`, { cause });
}
