import { UnavailableError } from '../../../common/errors/server-errors.js';
import type { Lease } from './connection-pool.js';

/** The connection that one session of endpoint code keeps between its statements, because something is on it. */
export class KeptConnection {
  #lease: Lease | null = null;
  #isLost = false;

  /**
   * Takes the connection for a statement; null when there is none and another will do.
   * @throws UnavailableError once when the database took it away
   */
  take(): Lease | null {
    if (this.#isLost) {
      this.#isLost = false;
      throw new UnavailableError('The database was closed under a session; its transaction is rolled back');
    }
    const lease = this.#lease;
    this.#lease = null;
    if (lease !== null) lease.session.onRevoked = null;
    return lease;
  }

  /** Keeps it, or gives it back at once when it was taken away in the meantime. */
  keep(lease: Lease): void {
    const lose = (): void => {
      this.#lease = null;
      this.#isLost = true;
      lease.release();
    };
    if (lease.session.isRevoked) {
      lose();
      return;
    }
    this.#lease = lease;
    lease.session.onRevoked = lose;
  }

  /** Gives it back; what was left on it is gone and an open transaction rolled back. */
  release(): void {
    this.#isLost = false;
    this.take()?.release();
  }
}
