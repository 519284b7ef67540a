import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Endpoint } from '../../../common/domain/endpoint.js';
import type { ModuleSource } from './thread-messages.js';

/** Where an endpoint's code is, or why there is none. */
export type EndpointSource = ModuleSource | { readonly failure: string };

/**
 * The module of an endpoint. Inline code is an ES module that stands where its definition does: relative imports
 * start at the definition's folder, packages are the project's.
 */
export function sourceOf({ source, kind, id, file }: Endpoint, root: string): EndpointSource {
  if (source.kind === 'file') {
    if (source.failure !== undefined) return { failure: source.failure };
    const shown = relative(root, source.path).replaceAll(sep, '/');
    return { url: pathToFileURL(source.path).href, code: null, shown };
  }
  if (source.kind !== 'inline') return { failure: 'Error resolving source code: no TypeScript' };
  const shown = file ?? `${kind} ${id}`;
  const url = pathToFileURL(join(root, shown));
  url.search = `?code=${encodeURIComponent(`${kind} ${id}`)}`;
  return { url: url.href, code: source.code, shown: `the code of ${shown}` };
}
