import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../src/common/domain/secret.js';
import type { OpenedTokenStore } from '../../src/modules/auth/stores/opened-token-store.js';
import { openTokenStore } from '../../src/modules/auth/stores/open-token-store.js';
import { SystemClock } from '../../src/modules/telemetry/system-clock.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { RecordingLog } from '../fakes/recording-log.js';

/** A folder in which stores may be opened one after another or side by side. */
export interface StoreFolder {
  /** Of the file of sessions. */
  readonly path: string;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  /** @param keys null: none is configured */
  open(keys?: readonly string[] | null): Promise<OpenedTokenStore>;
  remove(): void;
}

export function aStoreFolder(): StoreFolder {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-store-'));
  const path = join(folder, 'state', 'oauth.db');
  const clock = new FakeClock();
  const log = new RecordingLog();
  return {
    path,
    clock,
    log,
    open: (keys = null) =>
      openTokenStore({ kind: 'sqlite', path, keys: keys === null ? null : new Secret(keys) }, clock, log),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A key as an operator writes it. */
export function aKey(): string {
  return `${randomBytes(32).toString('base64url')}=`;
}

/** A store in a running Redis; as another replica when the keys are the same. */
export function aRedisStore(
  url: string,
  { keys = [aKey()], log = new RecordingLog(), limitMs }: RedisStoreOptions = {},
): Promise<OpenedTokenStore> {
  const config = { kind: 'redis', url: new Secret(url), keys: new Secret(keys) } as const;
  return openTokenStore(config, new SystemClock(), log, limitMs);
}

interface RedisStoreOptions {
  readonly keys?: readonly string[];
  readonly log?: RecordingLog;
  readonly limitMs?: number;
}
