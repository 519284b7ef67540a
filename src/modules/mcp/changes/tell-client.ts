import type { McpServer } from '@modelcontextprotocol/server';
import type { Changes } from './changes.js';

/**
 * Tells the client of one engine what changed, and that what it watches was renewed. Never fails: a client that
 * does not read or has gone misses the news.
 */
export async function tellClient(
  { server }: McpServer,
  { lists }: Changes,
  watched: readonly string[],
): Promise<void> {
  await Promise.allSettled([
    ...(lists.includes('tools') ? [server.sendToolListChanged()] : []),
    ...(lists.includes('resources') ? [server.sendResourceListChanged()] : []),
    ...(lists.includes('prompts') ? [server.sendPromptListChanged()] : []),
    ...watched.map((uri) => server.sendResourceUpdated({ uri })),
  ]);
}
