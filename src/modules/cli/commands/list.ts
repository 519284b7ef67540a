import { join } from 'node:path';
import type { Command } from 'commander';
import {
  problemLine,
  problemText,
  type EndpointKind,
  type EndpointProblem,
} from '../../../common/domain/endpoint.js';
import type { JsonObject } from '../../../common/domain/json.js';
import type { AppContext } from '../../../common/ports/app-context.js';
import { EndpointLoader } from '../../../common/ports/endpoint-loader.js';
import { LoadedConfig } from '../../../common/ports/loaded-config.js';
import type { CliCommand } from '../cli-command.js';
import { exitCode } from '../exit-code.js';
import { configRequest, exampleText, withCommonOptions, type CommonOptions } from '../options.js';
import type { Printer } from '../printer.js';
import { fileLines } from '../render/problem-lines.js';
import type { Session } from '../session.js';

/** One definition file; `error` is empty when it can be used. */
interface ListedFile {
  /** Absolute, because scripts read it so (cli.md §6). */
  readonly path: string;
  readonly kind: EndpointKind | 'unknown';
  readonly name: string;
  readonly error: string;
  /** What is wrong with it, the first of which is `error`. */
  readonly problems: readonly EndpointProblem[];
}

interface Discovery {
  /** Ordered by path. */
  readonly files: readonly ListedFile[];
  /** What is odd and does not keep a file from being used. */
  readonly warnings: readonly EndpointProblem[];
}

const kinds = ['tool', 'resource', 'prompt'] as const;
const headings = { tool: '🔧 Tools:', resource: '📦 Resources:', prompt: '💬 Prompts:' } as const;

/** `mxcp list` (cli.md §4.9): what the definition files define; opens no database. */
export const listCommand: CliCommand = {
  name: 'list',
  summary: 'List tools, resources and prompts.',
  isCallOfEndpoint: false,

  declare(command: Command): void {
    command
      .usage('[OPTIONS]')
      .description('List the tools, resources and prompts of the project, and files with errors.');
    withCommonOptions(command).addHelpText('after', exampleText('mxcp list', 'mxcp list --json'));
  },

  async execute(session: Session, command: Command): Promise<number> {
    const { files, warnings } = await session.inCore(configRequest(command.opts<CommonOptions>()), discover);
    session.warn(warnings.map(problemLine));
    const status = files.some((file) => file.error !== '') ? 'error' : 'ok';
    const { printer } = session;
    printer.result({ status, endpoints: files.map(fileJson) }, () => listLines(files, printer.colors));
    return exitCode.done;
  },
};

async function discover(context: AppContext): Promise<Discovery> {
  const { config } = context.get(LoadedConfig);
  const registry = await context.get(EndpointLoader).load(config);
  const files = new Map<string, ListedFile>();
  const absolute = (file: string): string => join(config.project.root, file);
  const { error: errors = [], warning: warnings = [] } = Object.groupBy(
    registry.problems,
    ({ severity }) => severity,
  );
  for (const [file, problems] of Map.groupBy(errors, (problem) => problem.file)) {
    const [first] = problems;
    const error = first === undefined ? '' : problemText(first);
    files.set(file, { path: absolute(file), kind: 'unknown', name: 'unknown', error, problems });
  }
  for (const { kind, id, file } of kinds.flatMap((each) => registry.list(each))) {
    // the built-in SQL tools have no file
    if (file !== null && !files.has(file)) {
      files.set(file, { path: absolute(file), kind, name: id, error: '', problems: [] });
    }
  }
  return { files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), warnings };
}

function listLines(files: readonly ListedFile[], colors: Printer['colors']): readonly string[] {
  if (files.length === 0) return ['ℹ️  No endpoints found'];
  const failed = files.filter((file) => file.error !== '');
  const valid = files.filter((file) => file.error === '');
  return [
    '',
    colors.bold('📋 Endpoints Discovery'),
    `   Found ${files.length} endpoint files`,
    ...(valid.length === 0 ? [] : [`   • ${valid.length} valid`]),
    ...(failed.length === 0 ? [] : [`   • ${failed.length} failed`, '', colors.red('❌ Failed endpoints:')]),
    ...failed.flatMap(({ path, problems }) => fileLines(colors.red('✗'), path, problems)),
    ...(valid.length === 0 ? [] : ['', colors.green('✅ Valid endpoints:')]),
    ...kinds.flatMap((kind) => groupLines(kind, valid, colors)),
  ];
}

function groupLines(
  kind: EndpointKind,
  files: readonly ListedFile[],
  colors: Printer['colors'],
): readonly string[] {
  const own = files.filter((file) => file.kind === kind);
  if (own.length === 0) return [];
  return [
    '',
    `  ${headings[kind]}`,
    ...own.map((file) => `    ${colors.green('✓')} ${file.name} (${file.path})`),
  ];
}

/** Its shape is fixed; `validate` tells scripts all problems. */
function fileJson({ path, kind, name, error }: ListedFile): JsonObject {
  return { path, kind, name, error };
}
