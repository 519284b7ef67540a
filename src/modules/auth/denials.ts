import type { Log } from '../../common/ports/log.js';
import type { AuthEvent, AuthJournal } from './auth-journal.js';

/** Records refused requests. */
export class Denials {
  constructor(
    private readonly journal: Pick<AuthJournal, 'record'>,
    private readonly log: Log,
  ) {}

  /** Never throws: a request is refused whether that can be recorded or not. */
  async record(event: AuthEvent): Promise<void> {
    try {
      await this.journal.record(event);
    } catch (error) {
      const { correlationId } = event;
      this.log.write('error', 'auth', 'A refused request could not be recorded', { correlationId }, error);
    }
  }
}
