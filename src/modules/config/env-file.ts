import { ConfigInvalidError } from '../../common/errors/config-errors.js';

const assignment = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/;

/**
 * Reads lines of `KEY=VALUE`, as systemd's `EnvironmentFile` does: blank lines and comments are skipped, a
 * value may stand in quotes, nothing is expanded.
 * @throws ConfigInvalidError with the line number; never with what the line says
 */
export function parseEnvFile(content: string, file: string): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [index, line] of content.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const [, name, value] = assignment.exec(trimmed) ?? [];
    if (name === undefined || value === undefined) {
      throw new ConfigInvalidError(`${file}:${index + 1}: expected KEY=VALUE`);
    }
    entries.push([name, unquoted(value.trim())]);
  }
  return Object.fromEntries(entries);
}

function unquoted(value: string): string {
  const quote = value.charAt(0);
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}
