import type { AppConfig } from '../../common/domain/app-config.js';
import type { EndpointProblem } from '../../common/domain/endpoint.js';
import { AppError } from '../../common/errors/app-error.js';
import { EndpointsInvalidError } from '../../common/errors/endpoint-errors.js';
import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import type { ReloadReport, ReloadRequest } from '../../common/ports/reloader.js';
import type { ReloadBatch } from './reload-batch.js';
import { firstLine, reasonOf } from './reload-reason.js';

/** Says in the log what becomes of reloads. */
export class ReloadJournal {
  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  ignored({ trigger }: ReloadRequest): void {
    this.log.write('info', 'reload', 'Reload ignored: the server is starting or stopping', { trigger });
  }

  /** @returns to be called with the outcome */
  begin(batch: ReloadBatch): (report: ReloadReport) => void {
    const { trigger, description } = batch;
    const startedMs = this.clock.monotonicMs();
    this.log.write('info', 'reload', 'Reload started', { trigger, description });
    return ({ status, restartRequired }) => {
      const fields = { trigger, status, duration_ms: Math.round(this.clock.monotonicMs() - startedMs) };
      for (const reason of batch.undone) {
        this.log.write('error', 'reload', 'The work that needed the database closed was not done', {
          reason,
        });
      }
      if (restartRequired.length > 0) {
        const settings = restartRequired.join(', ');
        this.log.write('warning', 'reload', 'Changed settings take effect after a restart only', {
          settings,
        });
      }
      this.log.write('info', 'reload', 'Reload ended', fields);
    };
  }

  /** Goes on at the level that the new Runtime asks for, and says what it was built with. */
  swapped({ logging, warnings }: AppConfig): void {
    this.log.setLevel(logging.level);
    for (const warning of warnings) this.log.write('warning', 'config', warning);
  }

  /** @returns the reason, for the report */
  failed(error: unknown): string {
    const reason = reasonOf(error);
    const cause = error instanceof AppError ? error.cause : error;
    this.log.write('error', 'reload', 'Reload failed', { reason }, cause);
    if (error instanceof EndpointsInvalidError) this.#refused(error.problems);
    return reason;
  }

  #refused(problems: readonly EndpointProblem[]): void {
    for (const { file, location, line, message: found } of problems) {
      this.log.write('error', 'reload', 'Definition refused', {
        file,
        location,
        ...(line === null ? {} : { line }),
        reason: firstLine(found),
      });
    }
  }
}
