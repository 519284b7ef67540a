import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { JsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { RecordCipher } from './record-cipher.js';
import { consumedAt, hashed, hashedMember, recordName, type RecordName } from './record-name.js';

type Row = Record<string, SQLOutputValue>;

const insert = (verb: string): string =>
  `${verb} INTO token_records (kind, id, uid, grant_id, payload, expires_at, consumed_at)
   VALUES (:kind, :id, :uid, :grant, :payload, :expires, :consumed)`;
const alive = '(expires_at IS NULL OR expires_at > :now)';
const named = 'kind = :kind AND id = :id';

const RESEALED_AT_ONCE = 500;

/** The table `token_records`: what `TokenStore` promises, one short statement or two at a time. */
export class SqliteRecords {
  readonly #put: StatementSync;
  readonly #putNew: StatementSync;
  readonly #find: StatementSync;
  readonly #findByUid: StatementSync;
  readonly #consume: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteUnreadable: StatementSync;
  readonly #deleteGrant: StatementSync;
  readonly #deleteExpired: StatementSync;

  constructor(
    private readonly database: DatabaseSync,
    private readonly cipher: RecordCipher,
    private readonly clock: Clock,
  ) {
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#put = prepare(insert('INSERT OR REPLACE'));
    this.#putNew = prepare(
      `${insert('INSERT')} ON CONFLICT (kind, id) DO UPDATE SET uid = excluded.uid, grant_id = excluded.grant_id,
       payload = excluded.payload, expires_at = excluded.expires_at, consumed_at = excluded.consumed_at
       WHERE token_records.expires_at <= :now`,
    );
    const columns = 'SELECT id, payload, consumed_at FROM token_records';
    this.#find = prepare(`${columns} WHERE ${named} AND ${alive}`);
    this.#findByUid = prepare(
      `${columns} WHERE kind = :kind AND uid = :uid AND ${alive} ORDER BY rowid DESC LIMIT 1`,
    );
    this.#consume = prepare(
      `UPDATE token_records SET consumed_at = :seconds WHERE ${named} AND consumed_at IS NULL AND ${alive}
       RETURNING payload`,
    );
    this.#delete = prepare(`DELETE FROM token_records WHERE ${named}`);
    this.#deleteUnreadable = prepare(`DELETE FROM token_records WHERE ${named} AND payload = :payload`);
    this.#deleteGrant = prepare('DELETE FROM token_records WHERE grant_id = ?');
    this.#deleteExpired = prepare('DELETE FROM token_records WHERE expires_at <= ?');
  }

  put(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): void {
    this.#put.run(this.#row(recordName(kind, id), payload, expiresAt));
  }

  putNew(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): boolean {
    const row = { ...this.#row(recordName(kind, id), payload, expiresAt), now: this.#nowMs() };
    if (this.#putNew.run(row).changes === 1) return true;
    // one that cannot be read is as good as absent, and this look at it deletes it
    return this.find(kind, id) === null && this.#putNew.run(row).changes === 1;
  }

  find(kind: string, id: string): JsonObject | null {
    const { hash } = recordName(kind, id);
    return this.#opened(kind, this.#find.get({ kind, id: hash, now: this.#nowMs() }));
  }

  findByUid(kind: string, uid: string): JsonObject | null {
    return this.#opened(kind, this.#findByUid.get({ kind, uid: hashed(uid), now: this.#nowMs() }));
  }

  consume(kind: string, id: string): boolean {
    const { hash } = recordName(kind, id);
    const now = this.#nowMs();
    const row = this.#consume.get({ kind, id: hash, now, seconds: Math.trunc(now / 1000) });
    return row !== undefined && this.#opened(kind, { ...row, id: hash }) !== null;
  }

  delete(kind: string, id: string): void {
    this.#delete.run({ kind, id: hashed(id) });
  }

  deleteGrant(grantId: string): void {
    this.#deleteGrant.run(hashed(grantId));
  }

  deleteExpired(): void {
    this.#deleteExpired.run(this.#nowMs());
  }

  /**
   * Encrypts with the current key what another of the ring sealed. What none opens is left for its expiry: how many
   * these are.
   */
  reseal(): number {
    let unreadable = 0;
    const others = this.database.prepare(
      `SELECT rowid, kind, id, payload FROM token_records
       WHERE rowid > :after AND substr(payload, 1, length(:prefix)) <> :prefix
       ORDER BY rowid LIMIT ${RESEALED_AT_ONCE}`,
    );
    const update = this.database.prepare('UPDATE token_records SET payload = ? WHERE rowid = ?');
    for (let after = 0; ;) {
      const rows = others.all({ after, prefix: this.cipher.currentPrefix });
      for (const row of rows) {
        after = Number(row['rowid']);
        const name = { kind: String(row['kind']), hash: String(row['id']) };
        const payload = this.cipher.open(name, bytesOf(row));
        if (payload === null) unreadable += 1;
        else update.run(this.cipher.seal(name, payload), after);
      }
      if (rows.length < RESEALED_AT_ONCE) return unreadable;
    }
  }

  #opened(kind: string, row: Row | undefined): JsonObject | null {
    if (row === undefined) return null;
    const name = { kind, hash: String(row['id']) };
    const payload = this.cipher.open(name, bytesOf(row));
    if (payload === null) {
      this.#deleteUnreadable.run({ kind, id: name.hash, payload: bytesOf(row) });
      return null;
    }
    const consumed = row['consumed_at'];
    return typeof consumed === 'number' ? { ...payload, consumed } : payload;
  }

  #row(
    name: RecordName,
    payload: JsonObject,
    expiresAt: Date | null,
  ): Record<string, Buffer | string | number | null> {
    return {
      kind: name.kind,
      id: name.hash,
      uid: hashedMember(payload, 'uid'),
      grant: hashedMember(payload, 'grantId'),
      payload: this.cipher.seal(name, payload),
      expires: expiresAt?.getTime() ?? null,
      consumed: consumedAt(payload),
    };
  }

  #nowMs(): number {
    return this.clock.now().getTime();
  }
}

function bytesOf(row: Row): Uint8Array {
  const bytes = row['payload'];
  return bytes instanceof Uint8Array ? bytes : new Uint8Array();
}
