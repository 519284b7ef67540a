import { db, elicit, progress, signal } from 'mxcp-server/runtime';
import { connect } from 'node:net';

interface Host {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly site: string;
}

/** Hosts of the inventory, looked up in DuckDB. */
export function find_hosts({ site }: { site: string | null }): Promise<Host[]> {
  const sql = `
    SELECT name, address, port, site FROM 'seeds/hosts.csv'
    WHERE $site IS NULL OR site = $site
    ORDER BY name`;
  return db.execute<Host>(sql, { site });
}

interface Reachability {
  readonly host: string;
  readonly reachable: boolean;
}

/** Tries a TCP connection to every host of a site, after the user has agreed. */
export async function check_site({ site }: { site: string }): Promise<Reachability[] | string> {
  const hosts = await find_hosts({ site });
  const { action, content } = await elicit<{ agreed: boolean }>(
    `Connect to ${hosts.length} hosts of ${site}?`,
    {
      type: 'object',
      properties: { agreed: { type: 'boolean', title: 'Go ahead' } },
      required: ['agreed'],
    },
  );
  if (action !== 'accept' || content?.agreed !== true) return 'Nothing was checked';
  const results: Reachability[] = [];
  for (const { name, address, port } of hosts) {
    results.push({ host: name, reachable: await answers(address, port) });
    await progress(results.length, hosts.length, name);
  }
  return results;
}

/** True when something listens there; gives up after a second, or when the caller does. */
function answers(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, signal: AbortSignal.any([signal(), AbortSignal.timeout(1_000)]) });
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
