import { existsSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../common/errors/app-error.js';
import { ConfigInvalidError } from '../../../common/errors/config-errors.js';
import { LoadedConfig } from '../../../common/ports/loaded-config.js';
import { RuntimeLifecycle } from '../../../common/ports/runtime.js';
import type { CliCommand } from '../cli-command.js';
import { exitCode } from '../exit-code.js';
import { nextStepLines } from '../init/next-steps.js';
import { bootstrapFiles, createFolders, writeBootstrapFiles, writeSiteFile } from '../init/project-files.js';
import { Questions } from '../init/questions.js';
import { serverConfigName, serverConfigText, writeServerConfig } from '../init/server-config.js';
import { userConfigHasProject } from '../init/user-config.js';
import { configRequest, exampleText, withCommonOptions, type CommonOptions } from '../options.js';
import { findProjectRoot, siteFileName } from '../project-root.js';
import type { Session } from '../session.js';
import { invalidValueFor } from '../usage.js';

interface InitOptions extends CommonOptions {
  readonly project?: string;
  readonly bootstrap?: boolean;
  readonly yes?: boolean;
  readonly serverConfig?: boolean;
}

/** What one `init` is to make. */
interface Plan {
  /** Absolute. */
  readonly folder: string;
  readonly project: string;
  readonly profile: string;
  readonly options: InitOptions;
}

/** `mxcp init [FOLDER]` (cli.md §4.1): everything is checked before the first file is written. */
export const initCommand: CliCommand = {
  name: 'init',
  summary: 'Create a project.',
  isCallOfEndpoint: false,

  declare(command: Command): void {
    command
      .usage('[OPTIONS] [FOLDER]')
      .description('Create a project. In an existing project, offer to write server_config.json.')
      .argument('[FOLDER]', 'Folder of the project; created when absent. [default: .]')
      .option('--project <NAME>', "Name of the project. [default: the folder's name]")
      .option('--bootstrap', 'Add an example tool, hello_world.')
      .option('--server-config', 'Write server_config.json for Claude Desktop without asking.')
      .option('--yes', 'Answer every question with yes.');
    withCommonOptions(command).addHelpText(
      'after',
      exampleText('mxcp init my-project --bootstrap', 'mxcp init . --yes', 'mxcp init . --server-config'),
    );
  },

  async execute(session: Session, command: Command): Promise<number> {
    const questions = new Questions(session);
    try {
      const plan = planOf(session, command.args[0] ?? '.', command.opts<InitOptions>());
      if (existsSync(join(plan.folder, siteFileName))) await extendProject(session, questions, plan);
      else await createProject(session, questions, plan);
      return exitCode.done;
    } finally {
      questions.close();
    }
  },
};

function planOf({ host }: Session, typed: string, options: InitOptions): Plan {
  const folder = resolve(host.cwd, typed);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw invalidValueFor('[FOLDER]', `Directory '${typed}' is a file.`);
  }
  const fromEnvironment = host.env['MXCP_PROFILE'] ?? '';
  const project = options.project ?? basename(folder);
  const profile = options.profile ?? (fromEnvironment === '' ? 'default' : fromEnvironment);
  requireName('--project', project);
  requireName('--profile', profile);
  return { folder, project, profile, options };
}

/** The names become part of file names and of one-line settings. */
function requireName(option: string, name: string): void {
  if (name.trim() === '' || /[/\\\u0000-\u001f]/.test(name)) {
    throw invalidValueFor(option, 'a name must not be empty or contain slashes or control characters.');
  }
}

async function createProject(session: Session, questions: Questions, plan: Plan): Promise<void> {
  const { printer, host } = session;
  const { folder, project, profile, options } = plan;
  refuseOccupied(plan);
  if (!(await mayReuseProject(session, questions, plan))) return;
  await writeSiteFile(folder, project, profile);
  printer.line('✓ Created mxcp-site.yml');
  await createFolders(folder);
  printer.line('✓ Created project directories');
  if (options.bootstrap === true) {
    await writeBootstrapFiles(folder);
    printer.line('✓ Created example hello world endpoint');
  }
  const hasDatabase = await createDatabase(session, plan);
  const hasServerConfig = await offerServerConfig(session, questions, plan, project);
  const steps = {
    folder,
    cdTo: folder === resolve(host.cwd) ? null : relative(host.cwd, folder),
    hasExample: options.bootstrap === true,
    hasServerConfig,
    platform: process.platform,
  };
  const config = hasServerConfig ? join(folder, serverConfigName) : null;
  const result = { path: folder, project, profile, database: hasDatabase, server_config: config };
  printer.result(result, () => nextStepLines(steps));
}

function refuseOccupied({ folder, profile, options }: Plan): void {
  const outer = findProjectRoot(folder);
  if (outer !== null) {
    throw new ConfigInvalidError(
      `Cannot create a MXCP repository inside another one\nThe other one is ${outer}: choose a folder outside it.`,
    );
  }
  const database = `db-${profile}.duckdb`;
  if (existsSync(join(folder, database))) {
    throw new ConfigInvalidError(
      `Cannot create a MXCP repository in a directory with an existing ${database} file`,
    );
  }
  const occupied = Object.keys(bootstrapFiles).find((path) => existsSync(join(folder, path)));
  if (options.bootstrap === true && occupied !== undefined) {
    throw new ConfigInvalidError(`Cannot create the example: ${occupied} exists already`);
  }
}

async function mayReuseProject(session: Session, questions: Questions, plan: Plan): Promise<boolean> {
  const { project, options } = plan;
  if (!(await userConfigHasProject(project, session.host)) || options.yes === true) return true;
  const text = `Project '${project}' already exists in your config.`;
  const answer = await questions.confirm(`${text} Continue?`);
  if (answer !== null) return answer;
  throw new ConfigInvalidError(`${text} Use --yes to continue, or choose another name with --project.`);
}

/** Opening the project creates the file; a database that cannot be opened is no reason to stop. */
async function createDatabase(session: Session, { folder, profile, options }: Plan): Promise<boolean> {
  try {
    await session.inCore(
      { ...configRequest(options), profile },
      (context) => context.get(RuntimeLifecycle).start({ check: 'none' }),
      folder,
    );
    session.printer.line('✓ Initialized DuckDB database');
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || !isAboutDatabase(error)) throw error;
    session.printer.line(`⚠️  Warning: Failed to initialize DuckDB database: ${error.message}`);
    return false;
  }
}

function isAboutDatabase({ code }: AppError): boolean {
  return code === 'DATABASE_UNAVAILABLE' || code === 'EXECUTION_FAILED';
}

/** A project that exists is only offered its server configuration. */
async function extendProject(session: Session, questions: Questions, plan: Plan): Promise<void> {
  const { printer } = session;
  const { folder, options } = plan;
  const { project } = await session.inCore(
    configRequest(options),
    (context) => Promise.resolve(context.get(LoadedConfig).config),
    folder,
  );
  printer.line(`ℹ️  ${folder} is an MXCP project already`);
  if (options.bootstrap === true) printer.line('⚠️  --bootstrap adds its example to new projects only');
  const isWritten = await offerServerConfig(session, questions, plan, project.name);
  const config = isWritten ? join(folder, serverConfigName) : null;
  const result = { path: folder, project: project.name, profile: project.profile, server_config: config };
  printer.result(result, () => []);
}

async function offerServerConfig(
  { host, printer }: Session,
  questions: Questions,
  { folder, options }: Plan,
  project: string,
): Promise<boolean> {
  const isAskedFor = options.yes === true || options.serverConfig === true;
  const answer =
    isAskedFor ||
    (await questions.confirm('Would you like to generate a Claude Desktop configuration file?'));
  if (answer !== true) {
    printer.line(
      answer === null
        ? '⚠️  No answer on standard input: Claude Desktop configuration is not generated'
        : 'ℹ️  Skipped Claude Desktop configuration generation',
    );
    return false;
  }
  const text = serverConfigText(project, folder, host.env);
  await writeServerConfig(folder, text);
  printer.line('✓ Generated server_config.json for Claude Desktop');
  printer.line();
  printer.line('Generated configuration:');
  printer.line(text);
  return true;
}
