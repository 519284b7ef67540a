import { setTimeout as sleep } from 'node:timers/promises';
import { db } from 'mxcp-server/runtime';

const TABLE = 'CREATE TABLE IF NOT EXISTS note (text VARCHAR)';

export async function remember({ text }: { text: string }): Promise<string> {
  await db.execute(TABLE);
  await db.execute('INSERT INTO note VALUES ($text)', { text });
  return text;
}

export async function recall(): Promise<string[]> {
  await db.execute(TABLE);
  return (await db.execute<{ text: string }>('FROM note ORDER BY text')).map(({ text }) => text);
}

/** A call that a stopping server waits for. */
export async function ponder({ seconds }: { seconds: number }): Promise<string> {
  await sleep(seconds * 1000);
  return 'done';
}
