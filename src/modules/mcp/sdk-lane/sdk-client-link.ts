import { randomUUID } from 'node:crypto';
import {
  CLIENT_CAPABILITIES_META_KEY,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { NoticeLevel } from '../../../common/domain/caller-channel.js';
import { CallerRefusedError } from '../channel/caller-refused-error.js';
import type { ClientLink, Retry } from '../channel/client-link.js';
import { noticeLevel } from '../channel/notice-levels.js';
import type { ServerEnd } from './server-end.js';

/** The SDK's name for it is marked deprecated, as logging is in this revision. */
const logLevelKey = 'io.modelcontextprotocol/logLevel';

const declared = z.record(z.string(), z.unknown()).catch({});

/** The channel reads answers itself: the SDK's own reading refuses integers beyond 2^53. */
const answer = z.unknown();

/** How long a person may take to answer. */
const ANSWER_LIMIT_MS = 10 * 60_000;

/** The client as the SDK reaches it while it handles one request. */
export class SdkClientLink implements ClientLink {
  readonly capabilities: ClientLink['capabilities'];
  readonly progressToken: string | number | null;
  readonly logLevel: NoticeLevel | null;
  readonly retry: Retry;

  constructor(
    end: ServerEnd,
    product: McpServer,
    private readonly context: ServerContext,
  ) {
    const { _meta, envelope, inputResponses, requestState } = context.mcpReq;
    this.capabilities =
      end.era === 'modern'
        ? declared.parse(inEnvelope(envelope, CLIENT_CAPABILITIES_META_KEY))
        : // eslint-disable-next-line @typescript-eslint/no-deprecated -- this era declares them once a session
          (product.server.getClientCapabilities() ?? null);
    this.progressToken = _meta?.progressToken ?? null;
    this.logLevel =
      end.era === 'modern'
        ? (noticeLevel.safeParse(inEnvelope(envelope, logLevelKey)).data ?? null)
        : (end.session?.logLevel ?? 'info');
    const state = requestState();
    this.retry = {
      responses: inputResponses ?? {},
      // another thing than a text is no state of ours either
      state: state === undefined ? null : typeof state === 'string' ? state : '',
    };
  }

  notify(method: string, params: Readonly<Record<string, unknown>>): Promise<void> {
    return this.context.mcpReq.notify({ method, params });
  }

  async request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { signal, send } = this.context.mcpReq;
    const options = { signal, timeout: ANSWER_LIMIT_MS };
    try {
      if (method === 'roots/list') return await send({ method }, answer, options);
      if (method === 'sampling/createMessage') return await send({ method, params }, answer, options);
      return await send({ method: 'elicitation/create', params: identified(params) }, answer, options);
    } catch (error) {
      throw new CallerRefusedError(
        `The client did not answer: ${error instanceof Error ? error.message : 'no reason'}`,
      );
    }
  }
}

/** Of the envelope the SDK's types name no keys. */
function inEnvelope(envelope: Readonly<Record<string, unknown>> | undefined, key: string): unknown {
  return envelope?.[key];
}

/** Questions by URL have an id in this era, by which the client could be told that they are settled. */
function identified(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return params['mode'] === 'url' ? { ...params, elicitationId: randomUUID() } : params;
}
