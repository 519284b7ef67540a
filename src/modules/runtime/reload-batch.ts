import type { ReloadReport, ReloadRequest, ReloadTrigger } from '../../common/ports/reloader.js';
import { reasonOf } from './reload-reason.js';

interface Asked {
  readonly request: ReloadRequest;
  readonly resolve: (report: ReloadReport) => void;
  /** Why its work while the database was closed is not done; null once it is, or when there is none. */
  undone: string | null;
}

/** Requests that one reload answers: the files are read after all of them, and their work is done in order. */
export class ReloadBatch {
  readonly #asked: Asked[] = [];

  /** Of the first request. */
  get trigger(): ReloadTrigger {
    return this.#asked[0]?.request.trigger ?? 'sighup';
  }

  get description(): string {
    return [...new Set(this.#asked.map(({ request }) => request.description))].join(', ');
  }

  add(request: ReloadRequest): Promise<ReloadReport> {
    return new Promise((resolve) => {
      const undone = request.whileClosed === null ? null : 'The database could not be closed';
      this.#asked.push({ request, resolve, undone });
    });
  }

  /** The work of all requests, which never fails as a whole; null when no request has any. */
  whileClosed(): (() => Promise<void>) | null {
    const withWork = this.#asked.filter(({ request }) => request.whileClosed !== null);
    if (withWork.length === 0) return null;
    return async () => {
      for (const asked of withWork) asked.undone = await reasonWhyNot(asked.request);
    };
  }

  /** Failures of the requests' own work. */
  get undone(): readonly string[] {
    return this.#asked.flatMap(({ undone }) => (undone === null ? [] : [undone]));
  }

  /** Answers every request. */
  settle(report: ReloadReport): void {
    for (const { resolve, undone } of this.#asked) resolve({ ...report, error: report.error ?? undone });
  }
}

async function reasonWhyNot({ whileClosed }: ReloadRequest): Promise<string | null> {
  try {
    await whileClosed?.();
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
