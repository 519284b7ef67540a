import { randomUUID } from 'node:crypto';
import type { McpServer } from '@modelcontextprotocol/server';
import { UnavailableError } from '../../../common/errors/server-errors.js';
import type { Principal } from '../../../common/domain/principal.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Changes } from '../changes/changes.js';
import { tellClient } from '../changes/tell-client.js';
import { ClientSession } from '../client-session.js';
import type { Exchange } from '../exchange.js';
import { LegacyTransport } from './legacy-transport.js';

/** Answers one web request through a transport. */
type Serve = (transport: LegacyTransport) => Promise<Response>;

interface Session {
  readonly transport: LegacyTransport;
  readonly product: McpServer;
  readonly client: ClientSession;
  readonly owner: string;
  /** Requests and streams that are open now. */
  open: number;
  usedMs: number;
}

const IDLE_LIMIT_MS = 30 * 60_000;

/** Sessions of clients of the legacy era; idle ones go after half an hour, or earlier when there are too many. */
export class LegacySessions {
  /** In order of last use. */
  readonly #sessions = new Map<string, Session>();

  /** @param limit most sessions that exist at a time */
  constructor(
    private readonly clock: Clock,
    private readonly limit = 2000,
  ) {}

  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Serves the `initialize` that begins a session.
   * @throws UnavailableError when every session there may be is in use
   */
  async begin(
    create: (client: ClientSession) => McpServer,
    exchange: Exchange,
    serve: Serve,
  ): Promise<Response> {
    await this.#makeRoom();
    const client = new ClientSession();
    const product = create(client);
    const id = randomUUID();
    const transport = new LegacyTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized: () => {
        this.#sessions.set(id, session);
      },
    });
    const session: Session = {
      transport,
      product,
      client,
      owner: ownerOf(exchange.caller.principal),
      open: 0,
      usedMs: this.clock.monotonicMs(),
    };
    await product.connect(transport);
    // the engine installs its own handler on connecting
    const ended = transport.onclose;
    transport.onclose = () => {
      this.#sessions.delete(id);
      ended?.();
    };
    return this.#use(session, exchange, serve);
  }

  /** Serves one more request of a session; null when there is none of that id for this caller. */
  async resume(id: string, exchange: Exchange, serve: Serve): Promise<Response | null> {
    const session = this.#sessions.get(id);
    if (session === undefined || session.owner !== ownerOf(exchange.caller.principal)) return null;
    if (this.#isExpired(session)) {
      await session.product.close();
      return null;
    }
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return this.#use(session, exchange, serve);
  }

  /** Tells every client that keeps a stream open what changed. */
  tell(changes: Changes): void {
    for (const { product, client } of this.#sessions.values()) {
      void tellClient(product, changes, client.watched);
    }
  }

  /** Ends every session and its streams. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ product }) => product.close()));
  }

  #use(session: Session, exchange: Exchange, serve: Serve): Promise<Response> {
    session.open += 1;
    session.usedMs = this.clock.monotonicMs();
    const left = (): void => {
      session.open -= 1;
      session.usedMs = this.clock.monotonicMs();
    };
    exchange.ended.addEventListener('abort', left, { once: true });
    return serve(session.transport);
  }

  async #makeRoom(): Promise<void> {
    for (const session of [...this.#sessions.values()]) {
      if (!this.#isExpired(session) && this.#sessions.size < this.limit) return;
      if (session.open === 0) await session.product.close();
    }
    if (this.#sessions.size >= this.limit)
      throw new UnavailableError('Too many sessions are open; end one, or try again later');
  }

  #isExpired(session: Session): boolean {
    return session.open === 0 && this.clock.monotonicMs() - session.usedMs > IDLE_LIMIT_MS;
  }
}

/** Whose session it is (auth.md §9.1): a user id means something only with who gave it, and each client has its own. */
function ownerOf(principal: Principal): string {
  return JSON.stringify([principal.provider, principal.userId, principal.clientId]);
}
