import type { default as Provider, Interaction } from 'oidc-provider';
import { PendingLogins, type PendingLogin } from '../sign-in.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';
import { innerScope, scopesOf } from './scope-policy.js';
import type { WaitingBrowsers } from './waiting-browsers.js';

/** Authorization requests that wait, as oidc-provider's interactions. */
export class OidcPendingLogins extends PendingLogins {
  /** @param staticClients ids of the clients that the operator registered */
  constructor(
    private readonly library: Provider,
    private readonly resources: ResourceIdentifiers,
    private readonly staticClients: ReadonlySet<string>,
    private readonly browsers: WaitingBrowsers,
  ) {
    super();
  }

  override async ofBrowser(cookies: string | undefined, uid: string): Promise<PendingLogin | null> {
    if (!this.browsers.isOf(cookies, uid)) return null;
    const interaction = await this.library.Interaction.find(uid);
    return interaction === undefined ? null : this.#login(interaction);
  }

  override async approve(uid: string, grantId: string, accountId: string): Promise<URL | null> {
    const interaction = await this.library.Interaction.find(uid);
    if (interaction === undefined) return null;
    const clientId = textOf(interaction.params['client_id']);
    const grant = new this.library.Grant({ accountId, clientId });
    grant.jti = grantId;
    // oidc-provider filters what is asked for by what is granted: the request holds no more than it may
    grant.addResourceScope(this.resources.canonical, textOf(interaction.params['scope']) || innerScope);
    await grant.save();
    return this.#end(interaction, {
      login: { accountId, remember: false },
      consent: { grantId },
    });
  }

  override async refuse(uid: string, error: string, description: string): Promise<URL | null> {
    const interaction = await this.library.Interaction.find(uid);
    if (interaction === undefined) return null;
    return this.#end(interaction, { error, error_description: description });
  }

  async #end(interaction: Interaction, result: NonNullable<Interaction['result']>): Promise<URL> {
    interaction.result = result;
    await interaction.persist();
    // not `returnTo`: where the browser sees the server is known, and the same on every replica
    return new URL(`${this.library.issuer}/authorize/${interaction.uid}`);
  }

  async #login({ uid, params }: Interaction): Promise<PendingLogin> {
    const clientId = textOf(params['client_id']);
    const client = await this.library.Client.find(clientId);
    const isStatic = this.staticClients.has(clientId);
    return {
      uid,
      clientId,
      clientName: client?.clientName ?? clientId,
      isStatic,
      isMetadataDocument: !isStatic && client?.['clientIdMetadataDocument'] === true,
      redirectUri: textOf(params['redirect_uri']),
      scopes: scopesOf(params['scope']),
    };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
