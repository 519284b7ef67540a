import type { AppContext } from '../../common/ports/app-context.js';
import type { ConfigRequest } from '../../common/ports/config-loader.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import type { Host } from './host.js';
import type { Printer } from './printer.js';

/** One run of one command. */
export class Session {
  constructor(
    readonly host: Host,
    readonly printer: Printer,
    /** Fires on Ctrl-C. */
    readonly signal: AbortSignal,
    /** From now on Ctrl-C is somebody else's; for `serve`, which stops gracefully. */
    readonly releaseInterrupt: () => void,
  ) {}

  /**
   * Runs work in a core container, which is closed whatever happens. Tells the warnings of the configuration.
   * @param folder where the project is looked for; the working directory when left out
   * @throws the signal's reason when Ctrl-C came before the end
   */
  async inCore<T>(
    request: ConfigRequest,
    work: (context: AppContext) => Promise<T>,
    folder?: string,
  ): Promise<T> {
    const context = await this.host.openCore(request, folder ?? this.host.cwd);
    let result: T;
    try {
      this.signal.throwIfAborted();
      this.warn(context.get(LoadedConfig).config.warnings);
      result = await work(context);
    } finally {
      await context.close();
    }
    this.signal.throwIfAborted();
    return result;
  }

  /** On stderr, so that results can be read by programs. */
  warn(warnings: readonly string[]): void {
    for (const warning of warnings) this.printer.notice(`⚠️  ${warning}`);
  }
}
