import type { AppConfig } from '../../common/domain/app-config.js';
import type { Endpoint } from '../../common/domain/endpoint.js';
import { UnavailableError } from '../../common/errors/server-errors.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';
import type { CallerContext } from './caller-context.js';
import type { ChangedList } from './changes/changes.js';
import { InvalidParamsError } from './invalid-params-error.js';
import { promptEntry, resourceEntry, templateEntry, toolEntry } from './listing-entries.js';
import type { McpResult } from './mcp-answer.js';

export type ListName = 'tools' | 'resources' | 'resourceTemplates' | 'prompts';

/** How long, and by whom, an answer may be kept; in answers of the modern era. */
export interface CacheHint {
  readonly ttlMs: number;
  readonly cacheScope: 'public' | 'private';
}

type Pages = readonly McpResult[];

const PAGE_LENGTH = 1000;

/** The four lists, made once per registry and sent as they are. */
export class Listings {
  readonly #made = new WeakMap<EndpointRegistry, Record<ListName, Pages>>();

  constructor(private readonly runtimes: RuntimeSource) {}

  /**
   * One page of a list.
   * @throws InvalidParamsError for a cursor that this server did not hand out
   * @throws UnavailableError while there is no Runtime
   */
  page(list: ListName, cursor: string | null, context: CallerContext): McpResult {
    const runtime = this.runtimes.current();
    if (runtime === null) throw new UnavailableError('Server is not available; try again in a few seconds');
    const page = this.#pagesOf(runtime.endpoints)[list][pageNumber(cursor)];
    if (page === undefined) throw new InvalidParamsError('Invalid cursor; list from the start');
    return context.era === 'modern' ? { ...page, ...listHint(runtime.config) } : page;
  }

  /** Which lists clients see differently after one registry took the other's place. */
  changed(before: EndpointRegistry, after: EndpointRegistry): readonly ChangedList[] {
    if (before === after) return [];
    const [old, now] = [this.#pagesOf(before), this.#pagesOf(after)];
    const differs = (list: ListName): boolean => JSON.stringify(old[list]) !== JSON.stringify(now[list]);
    return [
      ...(differs('tools') ? ['tools' as const] : []),
      ...(differs('resources') || differs('resourceTemplates') ? ['resources' as const] : []),
      ...(differs('prompts') ? ['prompts' as const] : []),
    ];
  }

  #pagesOf(registry: EndpointRegistry): Record<ListName, Pages> {
    const known = this.#made.get(registry);
    if (known !== undefined) return known;
    const resources = registry.list('resource');
    const made = {
      tools: pages('tools', registry.list('tool'), toolEntry),
      resources: pages('resources', resources.filter(isConcrete), resourceEntry),
      resourceTemplates: pages(
        'resourceTemplates',
        resources.filter((resource) => !isConcrete(resource)),
        templateEntry,
      ),
      prompts: pages('prompts', registry.list('prompt'), promptEntry),
    };
    this.#made.set(registry, made);
    return made;
  }
}

/** Lists and `server/discover`: as long as `cache.toolsList` says, by anyone only where anyone sees the same. */
export function listHint(config: AppConfig): CacheHint {
  return { ttlMs: config.cache.toolsListS * 1000, cacheScope: cacheScope(config) };
}

/** What one answer may be shared with. */
export function cacheScope(config: AppConfig): CacheHint['cacheScope'] {
  const isOpen = config.auth.provider === 'none' && config.auth.apiKeys.length === 0;
  return isOpen ? 'public' : 'private';
}

function isConcrete(resource: Endpoint): boolean {
  return !resource.id.includes('{');
}

function pages(
  list: ListName,
  endpoints: readonly Endpoint[],
  entry: (endpoint: Endpoint) => McpResult,
): Pages {
  const count = Math.max(1, Math.ceil(endpoints.length / PAGE_LENGTH));
  return Array.from({ length: count }, (_, index) => ({
    [list]: endpoints.slice(index * PAGE_LENGTH, (index + 1) * PAGE_LENGTH).map(entry),
    ...(index + 1 < count ? { nextCursor: cursorOf(index + 1) } : {}),
  }));
}

function cursorOf(page: number): string {
  return Buffer.from(`page:${page}`).toString('base64url');
}

function pageNumber(cursor: string | null): number {
  if (cursor === null) return 0;
  const page = /^page:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (page?.[1] === undefined) throw new InvalidParamsError('Invalid cursor; list from the start');
  return Number(page[1]);
}
