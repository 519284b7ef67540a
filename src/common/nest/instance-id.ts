import { hostname } from 'node:os';

/** Host and process, as audit records name them. */
export function instanceId(): string {
  return `${hostname()}:${process.pid}`;
}
