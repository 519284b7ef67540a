import type { EndpointProblem } from '../../../common/domain/endpoint.js';
import type { Definition } from './definition.js';

/** The definitions that share a name or URI with another, of whatever kind; by file. None shares an empty one. */
export function findDuplicates(definitions: readonly Definition[]): ReadonlyMap<string, EndpointProblem> {
  const found = new Map<string, EndpointProblem>();
  for (const [id, sharing] of Map.groupBy(definitions, (definition) => definition.id)) {
    if (sharing.length === 1 || id === '') continue;
    const word = sharing.some((definition) => definition.kind === 'resource') ? 'URI' : 'name';
    const files = sharing.map((definition) => definition.file).join(', ');
    const message = `Duplicate endpoint ${word} '${id}' found in: ${files}`;
    for (const definition of sharing) {
      const key = definition.kind === 'resource' ? 'uri' : 'name';
      found.set(definition.file, definition.finding([key], message));
    }
  }
  return found;
}
