import type { RegistryEntry } from './registry-entry.js';
import { normalisedUri, UriTemplate } from './uri-template.js';

export interface FoundResource {
  readonly entry: RegistryEntry;
  /** The values that the URI holds; null when it is the resource's own URI or template. */
  readonly values: ReadonlyMap<string, string> | null;
}

/** Finds resources by URI (endpoints.md §1.9): exact ones first, then templates in serving order. */
export class ResourceIndex {
  readonly #static = new Map<string, RegistryEntry>();
  readonly #templates: { readonly template: UriTemplate; readonly entry: RegistryEntry }[] = [];
  readonly #byTemplate = new Map<string, RegistryEntry>();

  constructor(entries: readonly RegistryEntry[]) {
    // what is not served must never hide what is
    for (const entry of entries.toSorted((a, b) => Number(b.isServed) - Number(a.isServed))) {
      const template = new UriTemplate(entry.endpoint.id);
      if (template.isStatic) {
        this.#static.set(template.text, entry);
      } else {
        this.#templates.push({ template, entry });
        this.#byTemplate.set(template.text, entry);
      }
    }
    for (const [uri, entry] of [...this.#static]) {
      const normalised = normalisedUri(uri);
      if (!this.#static.has(normalised)) this.#static.set(normalised, entry);
    }
  }

  /** @param isConcrete true when the caller can only mean a concrete URI, never a template */
  find(uri: string, isConcrete: boolean): FoundResource | null {
    const own = this.#static.get(uri) ?? (isConcrete ? undefined : this.#byTemplate.get(uri));
    if (own !== undefined) return { entry: own, values: null };
    const normalised = normalisedUri(uri);
    const same = this.#static.get(normalised);
    if (same !== undefined) return { entry: same, values: null };
    for (const { template, entry } of this.#templates) {
      const values = template.match(uri) ?? (normalised === uri ? null : template.match(normalised));
      if (values !== null) return { entry, values };
    }
    return null;
  }
}
