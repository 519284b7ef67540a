import { McpServer, ProtocolError, type ServerContext } from '@modelcontextprotocol/server';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { RuntimeSource } from '../../../common/ports/runtime.js';
import type { CallerContext } from '../caller-context.js';
import { listHint } from '../listings.js';
import type { McpAnswer } from '../mcp-answer.js';
import type { McpMethods } from '../mcp-methods.js';
import type { MirroredTools } from '../mirrored-tools.js';
import type { RunningRequests } from '../running-requests.js';
import type { ServerIdentity } from '../server-identity.js';
import { tracedHeaders } from '../traced-headers.js';
import { travellingCode } from '../legacy-error-codes.js';
import { longMismatch } from './long-mirrored.js';
import { SdkClientLink } from './sdk-client-link.js';
import type { ServerEnd } from './server-end.js';

/** Makes the SDK's protocol engines; each serves one connection, session or request, and all share the methods. */
export class SdkServers {
  constructor(
    private readonly methods: McpMethods,
    private readonly identity: ServerIdentity,
    private readonly runtimes: RuntimeSource,
    private readonly running: RunningRequests,
    private readonly mirrored: MirroredTools,
  ) {}

  create(end: ServerEnd): McpServer {
    const config = this.runtimes.current()?.config;
    const product = new ProjectServer(this.mirrored, this.identity.serverInfo, {
      ...(config === undefined ? {} : { cacheHints: { 'server/discover': listHint(config) } }),
    });
    // given later, so that the SDK installs no methods of its own but one, which we keep ourselves
    product.server.registerCapabilities(this.identity.capabilities);
    product.server.removeRequestHandler('logging/setLevel');
    product.server.fallbackRequestHandler = async ({ method, params }, context) => {
      // parsed by us, so plain data
      const given = (params ?? {}) as JsonValue;
      const answer =
        this.#mismatch(method, given, end, context) ??
        (await this.running.count(() =>
          this.methods.answer(method, given, contextOf(end, product, context)),
        ));
      end.answered(answer, context);
      if (answer.kind === 'result') return answer.result;
      const { code, message, data } = answer.error;
      throw new ProtocolError(travellingCode(code), message, data);
    };
    return product;
  }

  #mismatch(
    method: string,
    params: JsonValue,
    { era }: ServerEnd,
    { http }: ServerContext,
  ): McpAnswer | null {
    const headers = http?.req?.headers;
    if (era === 'legacy' || method !== 'tools/call' || headers === undefined || !isJsonObject(params)) {
      return null;
    }
    const { name, arguments: given } = params;
    const schema = typeof name === 'string' ? this.mirrored.schemaOf(name) : undefined;
    return longMismatch(schema, given, headers);
  }

  /** Settles once nothing is being answered, or when calls have had their time to finish. */
  idle(): Promise<void> {
    return this.running.idle();
  }
}

/** Shows the SDK the schemas by which it compares `Mcp-Param-*` headers with arguments (SEP-2243). */
class ProjectServer extends McpServer {
  readonly #mirrored: MirroredTools;

  constructor(mirrored: MirroredTools, ...options: ConstructorParameters<typeof McpServer>) {
    super(...options);
    this.#mirrored = mirrored;
  }

  override toolInputSchemaJson(name: string): JsonObject | undefined {
    return this.#mirrored.schemaOf(name);
  }
}

function contextOf(end: ServerEnd, product: McpServer, context: ServerContext): CallerContext {
  const caller = end.callerOf(context);
  const meta = context.mcpReq._meta as JsonValue | undefined;
  return {
    ...caller,
    headers: tracedHeaders(caller.headers, isJsonObject(meta) ? meta : {}),
    era: end.era,
    session: end.session,
    link: new SdkClientLink(end, product, context),
  };
}
