/** Body of `/health` (operations.md §5). */
export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly timestamp: string;
  readonly version: string;
  readonly uptime_seconds: number;
  readonly circuitBreaker: {
    readonly state: 'closed';
    readonly failures: 0;
    readonly openedAt: null;
    readonly breakers: Readonly<Record<string, never>>;
  };
}

export type CheckName = 'database' | 'cache' | 'dependencies' | 'audit' | 'runtime';

/** Body of `/ready` and `/health/ready` (operations.md §5, §3). */
export type ReadinessReport =
  | {
      readonly status: 'ready' | 'not_ready';
      readonly checks: Readonly<Record<CheckName, boolean>>;
      readonly details: Readonly<Partial<Record<CheckName, string>>>;
    }
  | { readonly status: 'not_ready'; readonly reason: 'shutting_down' };
