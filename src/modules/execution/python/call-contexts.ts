import { isClientCall, type CallOrigin, type CallRequest } from '../../../common/domain/call.js';
import type { JsonObject } from '../../../common/domain/json.js';
import { isAuthenticated, type Principal } from '../../../common/domain/principal.js';
import type { CallerCannotAnswerError } from '../../../common/errors/caller-errors.js';
import type { Database, DatabaseSession } from '../../../common/ports/database.js';

/** The id under which imports and hooks ask. */
const SYSTEM_ID = 'system';

/** What code of a worker may ask for in the name of one call. */
export interface CallContext {
  readonly id: string;
  /** Null for the system: imports and hooks. */
  readonly request: CallRequest | null;
  readonly signal: AbortSignal;
  /** Null where SQL cannot be run: inside a function that a statement has called. */
  session(): DatabaseSession | null;
  /** The caller could not be asked; what the code makes of it may be its own failure. */
  refusal: CallerCannotAnswerError | null;
}

/** The calls of one Runtime's Python that have not ended; each runs its SQL in one session. */
export class CallContexts {
  readonly #open = new Map<string, OpenContext>();
  #database: Database | null = null;
  #count = 0;

  constructor() {
    this.#open.set(SYSTEM_ID, new OpenContext(SYSTEM_ID, null, never(), () => this.#database));
  }

  /** Says where SQL runs from now on; null while the database is closed or not open yet. */
  use(database: Database | null): void {
    this.#database = database;
  }

  get isDatabaseOpen(): boolean {
    return this.#database !== null;
  }

  /** Begins a call of the host's. */
  open(request: CallRequest, signal: AbortSignal): CallContext {
    return this.#add(request, signal, () => this.#database);
  }

  /** Begins the work of functions for a running statement, which cannot run SQL itself. */
  openForFunction(request: CallRequest | null): CallContext {
    return this.#add(request, never(), () => null);
  }

  /** Null when the call has ended or never was. */
  find(id: string): CallContext | null {
    return this.#open.get(id) ?? null;
  }

  /** Ends a call: its SQL is interrupted and rolled back, and nothing is done any more in its name. */
  async end({ id }: CallContext): Promise<void> {
    const context = this.#open.get(id);
    this.#open.delete(id);
    await context?.release();
  }

  /** Lets go of the session of imports and hooks; the next statement begins another. */
  async releaseSystem(): Promise<void> {
    await this.#open.get(SYSTEM_ID)?.release();
  }

  #add(request: CallRequest | null, signal: AbortSignal, database: () => Database | null): CallContext {
    this.#count += 1;
    const context = new OpenContext(`c${this.#count}`, request, signal, database);
    this.#open.set(context.id, context);
    return context;
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}

class OpenContext implements CallContext {
  refusal: CallerCannotAnswerError | null = null;
  #session: DatabaseSession | null = null;

  constructor(
    readonly id: string,
    readonly request: CallRequest | null,
    readonly signal: AbortSignal,
    private readonly database: () => Database | null,
  ) {}

  session(): DatabaseSession | null {
    this.#session ??= this.database()?.open(this.request) ?? null;
    return this.#session;
  }

  async release(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}

const transports: Readonly<Record<CallOrigin, string>> = {
  http: 'streamable-http',
  stdio: 'stdio',
  cli: 'cli',
  test: 'cli-test',
  eval: 'cli-test',
};

/** The `context` of a call message; the only place where the provider's own token leaves its wrapping. */
export function contextMessage({ id, request }: CallContext): JsonObject {
  if (request === null) return { id, user: null, headers: null, transport: 'cli', served: false };
  const { principal, headers, origin } = request;
  const hasHeaders = isClientCall(origin) || Object.keys(headers).length > 0;
  return {
    id,
    user: isAuthenticated(principal) ? userMessage(principal) : null,
    headers: hasHeaders ? headers : null,
    transport: transports[origin],
    served: isClientCall(origin),
  };
}

/** The keys of python.md §6. */
function userMessage(principal: Principal): JsonObject {
  return {
    provider: principal.provider,
    user_id: principal.userId,
    username: principal.username,
    email: principal.email,
    name: principal.name,
    avatar_url: principal.avatarUrl,
    raw_profile: principal.profile,
    external_token: principal.externalToken?.reveal() ?? null,
    capabilities: principal.capabilities,
  };
}
