export type ReloadTrigger = 'sighup' | 'runtime';

/** Why and how the configuration is to be read again. */
export interface ReloadRequest {
  readonly trigger: ReloadTrigger;
  /** For the log. */
  readonly description: string;
  /**
   * Work for which the database file must be closed, such as replacing it. With it, new calls wait and running
   * ones finish first; without it nobody waits.
   */
  readonly whileClosed: (() => Promise<void>) | null;
}

export interface ReloadReport {
  readonly status: 'success' | 'error';
  /** Why the old Runtime still serves, or what failed beside the reload; null when nothing did. */
  readonly error: string | null;
  /** Settings that changed and take effect only after a restart. */
  readonly restartRequired: readonly string[];
}

/** Replaces the serving Runtime by one built from the files as they are now. */
export abstract class Reloader {
  /**
   * Reloads, after those asked for before. The new Runtime is complete before anything changes hands; if it
   * cannot be built, the old one goes on serving and the reason is in the report.
   */
  abstract reload(request: ReloadRequest): Promise<ReloadReport>;

  /** Calls back after every swap, until the returned function is called. */
  abstract onSwapped(listener: () => void): () => void;
}
