import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incomingRequest } from '../../../common/domain/incoming-request.js';
import type { JsonObject } from '../../../common/domain/json.js';
import { AppError } from '../../../common/errors/app-error.js';
import { RETRY_AFTER_S } from '../../../common/errors/retry-after.js';
import { authorizationServerMetadata } from './authorization-server-metadata.js';
import { protectedResourceMetadata } from './protected-resource-metadata.js';
import type { PublicBase } from './public-base.js';

const RESOURCE = '/.well-known/oauth-protected-resource';
const SERVER = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];

/** Where the documents get what they say. */
export interface MetadataSources {
  /** What people call the server. */
  readonly name: string;
  /** Our own issuer identifier; null where clients bring tokens of somebody else. */
  readonly issuer: string | null;
  /** The issuer of the tokens. @throws UnavailableError while it cannot be known */
  readonly authorizationServer: () => Promise<string>;
  /** All scopes in force now. */
  readonly scopes: () => readonly string[];
}

/**
 * The documents from which a client that has nothing but the URL finds out how to sign in. They are public. Where
 * the base URL has a path they are also where a proxy leaves that path in place (RFC 8414 §3.1, RFC 9728 §3.1).
 */
export class MetadataRoutes {
  /** @param sources null while nobody signs in: then there is nothing to find out */
  constructor(
    private readonly base: PublicBase,
    private readonly sources: MetadataSources | null,
  ) {}

  mount(instance: FastifyInstance): void {
    if (this.sources === null) return;
    const { path } = this.base;
    const { issuer, scopes } = this.sources;
    // where both are the same URL, as for a base URL that ends in /mcp, the one that challenges name counts
    const resources = new Map([[`${RESOURCE}${path}`, '']]);
    for (const inserted of [path, '']) resources.set(`${RESOURCE}${inserted}/mcp`, '/mcp');
    if (path !== '') resources.set(RESOURCE, '');
    for (const [url, suffix] of resources) this.#mountResource(instance, url, suffix, this.sources);
    if (issuer === null) return;
    for (const url of SERVER.flatMap((document) => [...new Set([document, `${document}${path}`])])) {
      instance.get(url, (_request, reply) => publish(reply, authorizationServerMetadata(issuer, scopes())));
    }
  }

  /** @param suffix what the resource has beyond the base URL */
  #mountResource(instance: FastifyInstance, url: string, suffix: string, sources: MetadataSources): void {
    instance.get(url, async (request, reply) => {
      const document = await this.#resource(request, suffix, sources).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'UNAVAILABLE') return null;
        throw error;
      });
      if (document !== null) return publish(reply, document);
      return reply.code(503).header('retry-after', RETRY_AFTER_S).header('cache-control', 'no-store').send({
        error: 'temporarily_unavailable',
        error_description: 'The identity provider cannot be reached',
        correlationId: request.id,
      });
    });
  }

  async #resource(request: FastifyRequest, suffix: string, sources: MetadataSources): Promise<JsonObject> {
    return protectedResourceMetadata({
      resource: `${this.base.for(incomingRequest(request).origin)}${suffix}`,
      authorizationServer: await sources.authorizationServer(),
      scopes: sources.scopes(),
      name: sources.name,
    });
  }
}

function publish(reply: FastifyReply, document: JsonObject): FastifyReply {
  return reply.header('cache-control', 'public, max-age=3600').send(document);
}
