import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incomingRequest } from '../../common/domain/incoming-request.js';
import type { JsonValue } from '../../common/domain/json.js';
import type { Principal } from '../../common/domain/principal.js';
import { AppError } from '../../common/errors/app-error.js';
import { errorCatalog } from '../../common/errors/error-catalog.js';
import { ScopeMissingError, UnauthenticatedError } from '../../common/errors/auth-errors.js';
import { requestStatus } from '../../common/errors/request-status.js';
import { RETRY_AFTER_S } from '../../common/errors/retry-after.js';
import { InternalError } from '../../common/errors/server-errors.js';
import type { Authenticator } from '../../common/ports/authenticator.js';
import type { Log } from '../../common/ports/log.js';
import { eventStream } from './event-stream.js';
import type { FastLane, JsonReply } from './fast-lane/fast-lane.js';
import { httpCaller } from './http-caller.js';
import { parseMessage } from './json-message.js';
import { MessageRefusedError } from './message-refused-error.js';
import type { Exchange } from './exchange.js';
import type { SdkLane } from './sdk-lane/sdk-lane.js';

/** The raw Fastify route `/mcp`: closed to callers without an identity, exact in its integers. */
export class McpRoute {
  readonly #principals = new WeakMap<FastifyRequest, Principal>();

  /** @param bodyLimit most bytes of a body */
  constructor(
    private readonly fastLane: FastLane,
    private readonly lane: SdkLane,
    private readonly authenticator: Authenticator,
    private readonly log: Log,
    private readonly bodyLimit: number,
  ) {}

  mount(instance: FastifyInstance): void {
    // in a scope of its own, so that other routes keep their parsers
    void instance.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        '*',
        { parseAs: 'string', bodyLimit: this.bodyLimit },
        (_request, text, parsed) => {
          // some clients name a type on every request, also on the DELETE that ends their session
          if (text.length === 0) {
            parsed(null);
            return;
          }
          const message = parseMessage(text.toString());
          if (message.ok) parsed(null, message.value);
          else parsed(new MessageRefusedError(message.refusal));
        },
      );
      // before the body is read: nobody may make the server parse who has not shown who they are
      scope.addHook('onRequest', async (request) => {
        this.#principals.set(request, await this.authenticator.authenticate(incomingRequest(request)));
      });
      scope.setErrorHandler((error, request, reply) => this.#refuse(error, request, reply));
      scope.route({
        method: ['GET', 'POST', 'DELETE'],
        url: '/mcp',
        handler: (request, reply) => this.#serve(request, reply),
      });
      done();
    });
  }

  async #serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const principal = this.#principals.get(request);
    if (principal === undefined) throw new UnauthenticatedError();
    const ended = new AbortController();
    reply.raw.once('close', () => {
      ended.abort();
    });
    const exchange: Exchange = {
      caller: httpCaller(request, principal),
      ended: ended.signal,
      httpStatus: 200,
    };
    const body = request.method === 'POST' ? (request.body as JsonValue | undefined) : undefined;
    if (request.method === 'POST' && body === undefined) {
      throw new MessageRefusedError({ code: -32700, message: 'Parse error: the body is empty' });
    }
    const plain = await this.fastLane.answer(request.headers, body, exchange);
    if (plain !== null) return sendJson(reply, plain);
    const web = webRequest(request, ended.signal);
    return send(reply, await this.lane.serve(web, body, exchange), ended.signal);
  }

  /** Everything that ends a request before a method could answer it. */
  #refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const correlationId = request.id;
    if (error instanceof UnauthenticatedError || error instanceof ScopeMissingError) {
      const refusal = this.authenticator.refusal(error, incomingRequest(request));
      return reply
        .code(refusal.status)
        .header('www-authenticate', refusal.challenge)
        .send({ error: refusal.error, error_description: refusal.description, correlationId });
    }
    const { status, code, message } = this.#refusal(error, correlationId);
    if (status === 503) reply.header('retry-after', RETRY_AFTER_S);
    // whoever still sends when the connection closes may never read the answer; unread, the rest is thrown away
    if (status === 413) reply.removeHeader('connection');
    return reply
      .code(status)
      .send({ jsonrpc: '2.0', id: null, error: { code, message, data: { correlationId } } });
  }

  #refusal(error: unknown, correlationId: string): { status: number; code: number; message: string } {
    if (error instanceof MessageRefusedError) {
      return { status: 400, code: error.refusal.code, message: error.message };
    }
    if (error instanceof AppError) {
      const { http, rpc } = errorCatalog[error.code];
      return { status: http ?? 500, code: rpc ?? -32603, message: error.message };
    }
    const status = requestStatus(error);
    if (status === 413)
      return { status, code: -32600, message: `Request body exceeds ${this.bodyLimit} bytes` };
    if (status < 500) return { status, code: -32600, message: 'Invalid Request' };
    this.log.write('error', 'mcp', 'Internal error', { correlationId }, error);
    return { status, code: -32603, message: new InternalError(correlationId, error).message };
  }
}

function sendJson(reply: FastifyReply, { status, json }: JsonReply): FastifyReply {
  if (status === 503) reply.header('connection', 'close');
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('x-accel-buffering', 'no')
    .send(json);
}

/** A stream goes out as it comes, a document whole; hooks add their headers to both. */
async function send(reply: FastifyReply, response: Response, ended: AbortSignal): Promise<FastifyReply> {
  const headers = Object.fromEntries(response.headers);
  reply.code(response.status).headers(headers).header('x-accel-buffering', 'no');
  if (response.body === null) return reply.send();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  return reply.send(isStream ? Readable.from(eventStream(response.body, ended)) : await response.text());
}

/** The request as the SDK takes it; its body travels beside it, already parsed. */
function webRequest(request: FastifyRequest, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return new Request(`http://localhost${request.url}`, { method: request.method, headers, signal });
}
