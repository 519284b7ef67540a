/** A table or view and its columns. */
export interface TableShape {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
}

/** How many pooled connections are in which state. */
export interface PoolState {
  readonly idle: number;
  readonly inUse: number;
  readonly waiting: number;
}

/** The project's database as health, metrics and drift see it. */
export abstract class Database {
  /** Answers once the database answered a trivial statement. */
  abstract ping(): Promise<void>;

  /** Tables and views of schema `main`, by name. */
  abstract describe(): Promise<readonly TableShape[]>;

  abstract pool(): PoolState;
}
