import { McpServer, ProtocolError, type ServerContext } from '@modelcontextprotocol/server';
import { DRAIN_LIMIT_MS } from '../../../common/async/drain-limit.js';
import type { JsonValue } from '../../../common/domain/json.js';
import type { RuntimeSource } from '../../../common/ports/runtime.js';
import type { CallerContext } from '../caller-context.js';
import { listHint } from '../listings.js';
import type { McpAnswer } from '../mcp-answer.js';
import type { McpMethods } from '../mcp-methods.js';
import type { ServerIdentity } from '../server-identity.js';
import { travellingCode } from './legacy-error-codes.js';

/** Tells who sent a request, from what its transport knows. */
export type CallerOf = (context: ServerContext) => CallerContext;

/** Makes the SDK's protocol engines; each serves one connection, session or request, and all share the methods. */
export class SdkServers {
  #running = 0;
  #whenIdle: (() => void)[] = [];

  constructor(
    private readonly methods: McpMethods,
    private readonly identity: ServerIdentity,
    private readonly runtimes: RuntimeSource,
  ) {}

  /** @param answered sees every answer before it is sent */
  create(callerOf: CallerOf, answered: (answer: McpAnswer, context: ServerContext) => void): McpServer {
    const config = this.runtimes.current()?.config;
    const product = new McpServer(this.identity.serverInfo, {
      ...(config === undefined ? {} : { cacheHints: { 'server/discover': listHint(config) } }),
    });
    // given later, so that the SDK installs no methods of its own
    product.server.registerCapabilities(this.identity.capabilities);
    product.server.fallbackRequestHandler = async ({ method, params }, context) => {
      const answer = await this.#counted(() =>
        // parsed by us, so plain data
        this.methods.answer(method, (params ?? {}) as JsonValue, callerOf(context)),
      );
      answered(answer, context);
      if (answer.kind === 'result') return answer.result;
      const { code, message, data } = answer.error;
      throw new ProtocolError(travellingCode(code), message, data);
    };
    return product;
  }

  /** Settles once nothing is being answered, or when calls have had their time to finish. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DRAIN_LIMIT_MS);
      this.#whenIdle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) {
        for (const resolve of this.#whenIdle.splice(0)) resolve();
      }
    }
  }
}
