const first = '🚨 MIGRATION REQUIRED: Pre-production MXCP version detected';

function versions(value: string): string[] {
  return [`  OLD: mxcp: "${value}"`, '  NEW: mxcp: 1'];
}

/** What to do with a project of a pre-production version (configuration.md §2). */
export function siteMigrationNotice(file: string, version: string): string {
  return [
    first,
    '',
    `File: ${file}`,
    '',
    ...versions(version),
    '',
    'OLD structure:',
    '  mxcp-site.yml',
    '  endpoints/            all definitions in one directory',
    '  *.sql',
    '  drift, log and database files at the root',
    '',
    'NEW structure:',
    '  mxcp-site.yml',
    '  tools/                tool definitions',
    '  resources/            resource definitions',
    '  prompts/              prompt definitions',
    '  evals/                evaluation suites',
    '  python/               Python code',
    '  sql/                  SQL files, referenced as ../sql/<file>.sql',
    '  drift/                drift snapshots',
    '  audit/                audit logs',
    '  data/                 databases',
    '',
    'MIGRATION STEPS:',
    '  1. Write mxcp: 1, without quotes, in mxcp-site.yml and in every definition',
    '  2. Create the directories of the new structure',
    '  3. Move each definition from endpoints/ to tools/, resources/ or prompts/ by its type',
    '  4. Move SQL files to sql/',
    '  5. Reference SQL files from definitions as ../sql/<file>.sql',
  ].join('\n');
}

/** What to do with a user file of a pre-production version (configuration.md §2). */
export function userMigrationNotice(file: string, version: string): string {
  return [
    first,
    '',
    `File: ${file}`,
    '',
    ...versions(version),
    '',
    `Edit ${file} and write mxcp: 1, without quotes.`,
    'Project files may need the new directory layout afterwards; the next command says so.',
  ].join('\n');
}
