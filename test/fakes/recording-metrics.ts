import type { EndpointKind } from '../../src/common/domain/endpoint.js';
import type { AuthStatus, CallMeasure, Metrics } from '../../src/common/ports/metrics.js';
import type { ReloadTrigger } from '../../src/common/ports/reloader.js';

/** Keeps what was measured. */
export class RecordingMetrics implements Metrics {
  readonly calls: CallMeasure[] = [];
  readonly verdicts: { kind: EndpointKind; endpoint: string; decision: string }[] = [];
  readonly statements: ('success' | 'error')[] = [];
  readonly rpc: { method: string; errorCode: number | null }[] = [];
  readonly auth: { provider: string; status: AuthStatus }[] = [];
  /** Where it is read how many are signed in, by provider. */
  readonly sessions = new Map<string, () => number>();
  readonly http: { method: string; route: string; status: number }[] = [];
  readonly reloads: { trigger: ReloadTrigger; status: 'success' | 'error' }[] = [];
  reloading = 0;
  readonly pythonRuns: { type: 'file' | 'inline'; status: 'success' | 'error' }[] = [];
  running = 0;
  poolWaits = 0;

  callStarted(): () => void {
    this.running += 1;
    return () => {
      this.running -= 1;
    };
  }

  callFinished(measure: CallMeasure): void {
    this.calls.push(measure);
  }

  policyJudged(kind: EndpointKind, endpoint: string, decision: string): void {
    this.verdicts.push({ kind, endpoint, decision });
  }

  statementStarted(): (status: 'success' | 'error') => void {
    return (status) => {
      this.statements.push(status);
    };
  }

  pythonStarted(type: 'file' | 'inline'): (status: 'success' | 'error') => void {
    return (status) => {
      this.pythonRuns.push({ type, status });
    };
  }

  poolAcquired(): void {
    this.poolWaits += 1;
  }

  watchPool(): void {
    // nothing scrapes a fake
  }

  rpcFinished(method: string, errorCode: number | null): void {
    this.rpc.push({ method, errorCode });
  }

  authAttempted(provider: string, status: AuthStatus): void {
    this.auth.push({ provider, status });
  }

  watchSessions(provider: string, read: () => number): void {
    this.sessions.set(provider, read);
  }

  httpFinished(method: string, route: string, status: number): void {
    this.http.push({ method, route, status });
  }

  reloadStarted(trigger: ReloadTrigger): (status: 'success' | 'error') => void {
    this.reloading += 1;
    return (status) => {
      this.reloading -= 1;
      this.reloads.push({ trigger, status });
    };
  }

  print(): Promise<{ text: string; contentType: string }> {
    return Promise.resolve({ text: '', contentType: 'text/plain' });
  }
}
