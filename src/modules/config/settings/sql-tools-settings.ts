import type { SqlToolName, SqlToolsConfig } from '../../../common/domain/app-config.js';
import type { Policies, PolicyRule } from '../../../common/domain/endpoint.js';
import { over } from '../defaults.js';
import type { SiteDocument } from '../site-config.js';
import type { Sources } from './sources.js';

type SqlToolsDocument = NonNullable<SiteDocument['sql_tools']>;
type PoliciesDocument = NonNullable<SqlToolsDocument['policies']>;

const toolNames: readonly SqlToolName[] = ['execute_sql_query', 'list_tables', 'get_table_schema'];

/** `sql_tools` of the site file; the flag decides whether they are served (endpoints.md §4.7). */
export function sqlToolsSettings({ request, site, defaults }: Sources): SqlToolsConfig {
  const written: SqlToolsDocument = site.sql_tools ?? {};
  const { enabled, readonly, policies } = over(defaults.site.sql_tools, {
    enabled: written.enabled,
    readonly: written.readonly,
    policies: written.policies,
  });
  const descriptions = toolNames.flatMap((name) => {
    const description = written[name]?.description;
    return description === undefined || description === null ? [] : [[name, description] as const];
  });
  return {
    enabled: request.sqlTools ?? enabled,
    readonly,
    descriptions: Object.fromEntries(descriptions),
    policies: policies === null ? null : policiesOf(policies),
  };
}

function policiesOf(written: PoliciesDocument): Policies {
  return { input: rulesOf(written.input), output: rulesOf(written.output) };
}

function rulesOf(written: PoliciesDocument['input']): readonly PolicyRule[] {
  return (written ?? []).map(({ condition, action, reason, fields }) => ({
    condition,
    action,
    reason: reason ?? null,
    fields: fields ?? [],
  }));
}
