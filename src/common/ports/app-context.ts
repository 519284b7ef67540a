/** The wired application as one-shot commands see it. */
export interface AppContext {
  /** The instance behind a port. */
  get<T>(token: abstract new (...args: never[]) => T): T;

  /** Ends everything that was started, in order. */
  close(): Promise<void>;
}
