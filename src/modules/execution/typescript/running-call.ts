import type { UserCodeConfig } from '../../../common/domain/app-config.js';
import type { CallRequest } from '../../../common/domain/call.js';
import type { JsonValue } from '../../../common/domain/json.js';
import { isAuthenticated, type Principal } from '../../../common/domain/principal.js';
import type { Question } from '../../../common/domain/question.js';
import { AppError } from '../../../common/errors/app-error.js';
import type { Database } from '../../../common/ports/database.js';
import type { Execution } from '../../../common/ports/executor.js';
import { keepEvent } from '../call-events.js';
import { CallSessions } from './call-sessions.js';
import { secretOf, settingOf } from './project-settings.js';
import type { ThreadJob } from './thread-job.js';
import type { Notice, RequestName, ServerRequests, UserFacts } from './thread-messages.js';

type Handlers = {
  readonly [N in RequestName]: (
    ask: ServerRequests[N]['ask'],
  ) => ServerRequests[N]['answer'] | Promise<ServerRequests[N]['answer']>;
};

/** The server's side of one call in a thread: what its code asks for and tells. */
export class RunningCall implements ThreadJob {
  readonly #request: CallRequest;
  readonly #sessions: CallSessions;
  readonly #stop = new AbortController();
  readonly #cancelled: AbortSignal;
  readonly #parts: JsonValue[] = [];
  readonly #errors: unknown[] = [];
  #asked: readonly Question[] | null = null;
  /** Made for the calls that ask something. */
  #handlers: Handlers | null = null;

  constructor(
    readonly task: ThreadJob['task'],
    { request, signal }: Execution,
    database: Database,
    private readonly userCode: UserCodeConfig,
  ) {
    this.#request = request;
    this.#cancelled = signal;
    this.#sessions = new CallSessions(database, request, this.#stop.signal);
    if (signal.aborted) this.#stop.abort();
    else signal.addEventListener('abort', this.#cancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get correlationId(): string {
    return this.#request.correlationId;
  }

  /** The questions with which the run must end, whatever its code did since. */
  get asked(): readonly Question[] | null {
    return this.#asked;
  }

  /** What came in parts. */
  get parts(): readonly JsonValue[] {
    return this.#parts;
  }

  async answer<N extends RequestName>(
    name: N,
    ask: ServerRequests[N]['ask'],
  ): Promise<ServerRequests[N]['answer']> {
    this.#handlers ??= this.#makeHandlers();
    return this.#handlers[name](ask);
  }

  numberOf(error: unknown): { readonly number: number; readonly code: string; readonly message: string } {
    const number = this.#errors.push(error) - 1;
    return error instanceof AppError
      ? { number, code: error.code, message: error.message }
      : { number, code: 'INTERNAL', message: 'The server failed to answer' };
  }

  /** The server's own error that a thread knows by its number. */
  errorOf(number: number): unknown {
    return this.#errors[number];
  }

  notice(notice: Notice): void {
    const { channel, events } = this.#request;
    if (notice.kind === 'event') keepEvent(events, notice.event);
    else if (notice.kind === 'log') channel.log(notice.level, notice.data, notice.logger ?? undefined);
    else channel.progress(notice.done, notice.total ?? undefined, notice.message ?? undefined);
  }

  /** Lets go of the database and the caller. */
  async close(): Promise<void> {
    this.#cancelled.removeEventListener('abort', this.#cancel);
    await this.#sessions.closeAll();
  }

  readonly #cancel = (): void => {
    this.#stop.abort();
  };

  #makeHandlers(): Handlers {
    return {
      query: ({ session, sql, values }) => this.#sessions.query(session, sql, values),
      rows: ({ cursor }) => this.#sessions.next(cursor),
      closeRows: async ({ cursor }) => {
        await this.#sessions.closeRows(cursor);
        return null;
      },
      openSession: () => this.#sessions.open(),
      closeSession: async ({ session }) => {
        await this.#sessions.close(session);
        return null;
      },
      secret: ({ name }) => secretOf(this.userCode, name),
      setting: ({ key }) => settingOf(this.userCode, key),
      user: () => userFacts(this.#request.principal),
      headers: () => this.#request.headers,
      questions: ({ questions }) => this.#ask(questions),
      part: ({ items }) => {
        for (const item of items) this.#parts.push(item);
        return null;
      },
    };
  }

  async #ask(questions: readonly Question[]): Promise<readonly JsonValue[] | null> {
    const answers = await this.#request.channel.ask(questions);
    if (answers === null && this.#asked === null) {
      this.#asked = questions;
      // after the answer, which tells the code that its run is over
      setImmediate(this.#cancel);
    }
    return answers;
  }
}

function userFacts(principal: Principal): UserFacts | null {
  if (!isAuthenticated(principal)) return null;
  const { provider, userId, username, email, name, avatarUrl, profile, capabilities } = principal;
  const externalToken = principal.externalToken?.reveal() ?? null;
  return {
    provider,
    userId,
    username,
    email,
    name,
    avatarUrl,
    rawProfile: profile,
    capabilities,
    externalToken,
  };
}
