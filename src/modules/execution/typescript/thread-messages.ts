import type { MessagePort } from 'node:worker_threads';
import type { AuditEvent } from '../../../common/domain/audit-record.js';
import type { NoticeLevel } from '../../../common/domain/caller-channel.js';
import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import type { ContentBlock } from '../../../common/domain/output.js';
import type { Question } from '../../../common/domain/question.js';
import type { SqlValues } from '../../../common/domain/sql-value.js';

/** The first task of a thread. */
export interface OpenTask {
  readonly kind: 'open';
  /** Everything but tasks and their results crosses here, both ways, in order. */
  readonly port: MessagePort;
  readonly state: SharedArrayBuffer;
  readonly root: string;
}

/** An endpoint's code: a file, or text that stands for the module `url`. */
export interface ModuleSource {
  readonly url: string;
  readonly code: string | null;
  /** How people know it: the path below the project root. */
  readonly shown: string;
}

/** The function of an endpoint. */
export interface EndpointModule {
  readonly source: ModuleSource;
  /** The export to call; the default export serves where it is missing. */
  readonly exportName: string;
}

/** One call of an endpoint. */
export interface CallTask {
  readonly kind: 'call';
  readonly slot: number;
  /** Unique within the thread. */
  readonly call: number;
  /** `tool x`: unique in a Runtime. */
  readonly endpoint: string;
  /** Null once the thread had it with a call of the same endpoint. */
  readonly module: EndpointModule | null;
  readonly input: JsonObject;
  readonly limits: { readonly rows: number; readonly bytes: number };
  /** Where bytes become MCP content instead of text: a resource without `return`. */
  readonly blob: { readonly uri: string; readonly mimeType: string | null } | null;
}

export type ThreadTask = OpenTask | CallTask;

/** Why a call failed, in words that its caller may read, and where for the log. */
export interface Failure {
  readonly kind: 'failed' | 'too-large' | 'exited';
  readonly message: string;
  /** Class of what was thrown. */
  readonly type: string;
  /** Innermost place in the project's own code; the file is below the project root. */
  readonly file: string | null;
  readonly line: number | null;
  /** Frames without the message; for the log only. */
  readonly stack: string;
  /** Number of the server's own error when that was thrown on. */
  readonly serverError: number | null;
}

export type ThreadResult =
  | { readonly kind: 'opened' }
  | { readonly kind: 'value'; readonly value: JsonValue }
  /** A long list, sent before in parts. */
  | { readonly kind: 'parts' }
  | { readonly kind: 'content'; readonly blocks: readonly ContentBlock[] }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** The server took the call back before it began. */
  | { readonly kind: 'taken' };

/** What a call asks the server: the arguments and the answer of each kind of request. */
export interface ServerRequests {
  /** The first rows of a statement; the rest under `cursor`. */
  readonly query: {
    readonly ask: { readonly session: number; readonly sql: string; readonly values: SqlValues };
    readonly answer: RowPiece;
  };
  readonly rows: { readonly ask: { readonly cursor: number }; readonly answer: RowPiece };
  readonly closeRows: { readonly ask: { readonly cursor: number }; readonly answer: null };
  readonly openSession: { readonly ask: null; readonly answer: number };
  readonly closeSession: { readonly ask: { readonly session: number }; readonly answer: null };
  readonly secret: { readonly ask: { readonly name: string }; readonly answer: JsonObject | null };
  /** Undefined when the setting is not there. */
  readonly setting: { readonly ask: { readonly key: string }; readonly answer: JsonValue | undefined };
  readonly user: { readonly ask: null; readonly answer: UserFacts | null };
  readonly headers: { readonly ask: null; readonly answer: Readonly<Record<string, string>> };
  /** Null: the run must end now. */
  readonly questions: {
    readonly ask: { readonly questions: readonly Question[] };
    readonly answer: readonly JsonValue[] | null;
  };
  readonly part: { readonly ask: { readonly items: readonly JsonValue[] }; readonly answer: null };
}

export type RequestName = keyof ServerRequests;

/** Some rows, and where the next are; null at the end. */
export interface RowPiece {
  readonly rows: readonly JsonObject[];
  readonly cursor: number | null;
}

/** Who is calling, as authors see it. */
export interface UserFacts {
  readonly provider: string | null;
  readonly userId: string | null;
  readonly username: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly avatarUrl: string | null;
  readonly rawProfile: JsonObject;
  readonly capabilities: readonly string[];
  readonly externalToken: string | null;
}

/** What a call tells without waiting for an answer. */
export type Notice =
  | {
      readonly kind: 'progress';
      readonly done: number;
      readonly total: number | null;
      readonly message: string | null;
    }
  | {
      readonly kind: 'log';
      readonly level: NoticeLevel;
      readonly data: JsonValue;
      readonly logger: string | null;
    }
  | { readonly kind: 'event'; readonly event: AuditEvent };

/** What a thread writes to the server's log, on behalf of a call if it is known. */
export interface ThreadLogLine {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly endpoint: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

export type FromThread =
  | {
      readonly type: 'request';
      readonly id: number;
      readonly call: number;
      readonly name: RequestName;
      readonly ask: unknown;
    }
  | { readonly type: 'notice'; readonly call: number; readonly notice: Notice }
  | { readonly type: 'log'; readonly entry: ThreadLogLine }
  | { readonly type: 'pong' }
  /** Something in the thread went wrong beyond its calls; it should take no more of them. */
  | { readonly type: 'tainted' };

/** An error of the server's as author code sees it. */
export interface ServerErrorFacts {
  readonly number: number;
  readonly code: string;
  readonly message: string;
}

export type ToThread =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: ServerErrorFacts }
  | { readonly type: 'abort'; readonly call: number }
  | { readonly type: 'ping' };
