import { db, text, type Content } from 'mxcp-server/runtime';

/** A host in one sentence. */
export default async function host({ name }: { name: string }): Promise<Content> {
  const [found] = await db.execute<{ address: string; port: number; site: string }>(
    `SELECT address, port, site FROM 'seeds/hosts.csv' WHERE name = $name`,
    { name },
  );
  if (found === undefined) throw new Error(`No host is called ${name}`);
  return text(`${name} listens on ${found.address}:${found.port} in ${found.site}`);
}
