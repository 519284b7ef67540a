import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { JsonObject } from '../../../common/domain/json.js';
import { TokenStoreUnavailableError } from '../../../common/errors/auth-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import { TokenStore } from '../../../common/ports/token-store.js';
import type { RecordCipher } from './record-cipher.js';
import { consumedAt, hashed, hashedMember, recordName, type RecordName } from './record-name.js';
import { disconnectRedis } from './redis-connection.js';
import { redisFailure } from './redis-failure.js';
import { CONSUME, DELETE, DELETE_GRANT, PUT } from './redis-scripts.js';

const PREFIX = 'mxcp:oauth:';
const GRANT_DELETED = `${PREFIX}grant-deleted`;
/** The name to which messages are bound, as payloads are to theirs. */
const MESSAGE: RecordName = { kind: 'message', hash: GRANT_DELETED };

/** Keeps sessions in Redis, for every replica that has the same keys. */
export class RedisTokenStore extends TokenStore {
  readonly #listeners: ((grantId: string) => void)[] = [];
  /** By which a replica knows its own messages. */
  readonly #replica = randomUUID();

  /** @param subscriber already listens to the channel of `subscribe` */
  constructor(
    private readonly redis: Redis,
    private readonly subscriber: Redis,
    private readonly cipher: RecordCipher,
    private readonly clock: Clock,
  ) {
    super();
    subscriber.on('messageBuffer', (_channel: Buffer, message: Buffer) => {
      this.#hear(message);
    });
  }

  /** Begins to listen to the other replicas. */
  async listen(): Promise<void> {
    await answered(this.subscriber.subscribe(GRANT_DELETED));
  }

  async put(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<void> {
    await this.#put(recordName(kind, id), payload, expiresAt, false);
  }

  async putNew(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<boolean> {
    const name = recordName(kind, id);
    if (await this.#put(name, payload, expiresAt, true)) return true;
    // one that cannot be read is as good as absent, and this look at it deletes it
    return (await this.#find(name)) === null && this.#put(name, payload, expiresAt, true);
  }

  find(kind: string, id: string): Promise<JsonObject | null> {
    return this.#find(recordName(kind, id));
  }

  async findByUid(kind: string, uid: string): Promise<JsonObject | null> {
    const key = await answered(this.redis.get(uidKey(kind, hashed(uid))));
    const prefix = recordKey({ kind, hash: '' });
    if (key?.startsWith(prefix) !== true) return null;
    const payload = await this.#find({ kind, hash: key.slice(prefix.length) });
    return payload?.['uid'] === uid ? payload : null;
  }

  async consume(kind: string, id: string): Promise<boolean> {
    const name = recordName(kind, id);
    const seconds = Math.trunc(this.clock.now().getTime() / 1000);
    const sealed: unknown = await answered(
      this.redis.callBuffer('EVAL', CONSUME, 1, recordKey(name), seconds),
    );
    return sealed instanceof Buffer && (await this.#opened(name, sealed)) !== null;
  }

  async delete(kind: string, id: string): Promise<void> {
    await answered(this.redis.eval(DELETE, 1, recordKey(recordName(kind, id)), ''));
  }

  async deleteGrant(grantId: string): Promise<void> {
    const message = this.cipher.seal(MESSAGE, { grantId, replica: this.#replica });
    await answered(this.redis.eval(DELETE_GRANT, 1, grantKey(hashed(grantId)), GRANT_DELETED, message));
    this.#tell(grantId);
  }

  onGrantDeleted(listener: (grantId: string) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    disconnectRedis(this.redis);
    disconnectRedis(this.subscriber);
    return Promise.resolve();
  }

  /** False when there was one and `onlyNew` is asked. */
  async #put(
    name: RecordName,
    payload: JsonObject,
    expiresAt: Date | null,
    onlyNew: boolean,
  ): Promise<boolean> {
    const lifeMs = expiresAt === null ? '' : expiresAt.getTime() - this.clock.now().getTime();
    const uid = hashedMember(payload, 'uid');
    const grant = hashedMember(payload, 'grantId');
    const keys = [
      recordKey(name),
      ...(uid === null ? [] : [uidKey(name.kind, uid)]),
      ...(grant === null ? [] : [grantKey(grant)]),
    ];
    const outcome: unknown = await answered(
      this.redis.eval(
        PUT,
        keys.length,
        ...keys,
        this.cipher.seal(name, payload),
        lifeMs,
        consumedAt(payload) ?? '',
        uid === null ? '' : 2,
        grant === null ? '' : keys.length,
        onlyNew ? 1 : '',
      ),
    );
    return outcome === 1;
  }

  async #find(name: RecordName): Promise<JsonObject | null> {
    const [sealed, consumed] = await answered(this.redis.hmgetBuffer(recordKey(name), 'v', 'c'));
    if (!sealed) return null;
    const payload = await this.#opened(name, sealed);
    return payload === null || !consumed ? payload : { ...payload, consumed: Number(consumed.toString()) };
  }

  async #opened(name: RecordName, sealed: Buffer): Promise<JsonObject | null> {
    const payload = this.cipher.open(name, sealed);
    if (payload === null) await answered(this.redis.eval(DELETE, 1, recordKey(name), sealed));
    return payload;
  }

  #hear(message: Buffer): void {
    const told = this.cipher.open(MESSAGE, message);
    const grantId = told?.['grantId'];
    if (typeof grantId === 'string' && told?.['replica'] !== this.#replica) this.#tell(grantId);
  }

  #tell(grantId: string): void {
    for (const listener of this.#listeners) listener(grantId);
  }
}

function recordKey({ kind, hash }: RecordName): string {
  return `${PREFIX}record:${kind}:${hash}`;
}

function uidKey(kind: string, hash: string): string {
  return `${PREFIX}uid:${kind}:${hash}`;
}

function grantKey(hash: string): string {
  return `${PREFIX}grant:${hash}`;
}

/** The driver's errors as the port's. */
async function answered<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw new TokenStoreUnavailableError({ details: { reason: redisFailure(error) } });
  }
}
