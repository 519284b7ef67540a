import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of the audit log, as far as tests look at it. */
export interface AuditLine {
  readonly timestamp: string;
  readonly operation_name: string;
  readonly operation_status: string;
  readonly policy_decision: string | null;
  readonly policy_reason: string | null;
  readonly policies_evaluated: readonly string[];
  readonly caller_type: string;
  readonly error: string | null;
}

/** Every line of a project's audit log, in the order of time. */
export function auditLines(folder: string): AuditLine[] {
  const audit = join(folder, 'audit');
  return readdirSync(audit)
    .filter((name) => name.startsWith('logs-'))
    .sort()
    .flatMap((name) => readFileSync(join(audit, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditLine)
    .sort((a, b) => a.timestamp.localeCompare(b.timestamp));
}
