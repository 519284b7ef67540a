import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { AppConfig } from '../../../common/domain/app-config.js';
import type { EndpointProblem } from '../../../common/domain/endpoint.js';
import type { AppContext } from '../../../common/ports/app-context.js';
import type { EndpointRegistry } from '../../../common/ports/endpoint-registry.js';
import { RuntimeLifecycle, RuntimeSource } from '../../../common/ports/runtime.js';
import type { CliCommand } from '../cli-command.js';
import { exitCode } from '../exit-code.js';
import {
  configRequest,
  exampleText,
  withCommonOptions,
  withReadonlyOption,
  type CommonOptions,
} from '../options.js';
import type { Printer } from '../printer.js';
import type { Session } from '../session.js';
import { oneFileLines, reportLines } from '../validate/validation-lines.js';
import { fileJson, reportJson, validationReport, type FileReport } from '../validate/validation-report.js';

interface ValidateOptions extends CommonOptions {
  readonly strict?: boolean;
}

interface Findings {
  readonly config: AppConfig;
  readonly endpoints: EndpointRegistry;
  readonly problems: readonly EndpointProblem[];
}

/** `mxcp validate [ENDPOINT]` (cli.md §4.5): checks definitions against the schema and the database. */
export const validateCommand: CliCommand = {
  name: 'validate',
  summary: 'Check the definition files.',
  isCallOfEndpoint: false,

  declare(command: Command): void {
    command
      .usage('[OPTIONS] [ENDPOINT]')
      .description('Check all definition files, or one: schema, SQL, policies. Exits 1 when one has errors.')
      .argument('[ENDPOINT]', 'Path of a definition file, or the name of an endpoint.')
      .option('--strict', 'Count warnings as errors.');
    withCommonOptions(withReadonlyOption(command)).addHelpText(
      'after',
      exampleText('mxcp validate', 'mxcp validate tools/hello-world.yml', 'mxcp validate --strict --json'),
    );
  },

  async execute(session: Session, command: Command): Promise<number> {
    const options = command.opts<ValidateOptions>();
    const findings = await session.inCore(configRequest(options), inspect);
    const { config, endpoints } = findings;
    const settings = config.auth.problems;
    const report = validationReport(endpoints.files, findings.problems, settings, options.strict === true);
    const { printer, host } = session;
    const asked = command.args[0];
    if (asked === undefined) {
      printer.result(reportJson(report), () => reportLines(report, printer.colors));
      return report.isOk ? exitCode.done : exitCode.failed;
    }
    const path = pathOf(asked, findings, host.cwd);
    const file = report.files.find((candidate) => candidate.path === path);
    return file === undefined ? printUnknown(printer, asked) : printFile(printer, file);
  },
};

async function inspect(context: AppContext): Promise<Findings> {
  const { problems } = await context.get(RuntimeLifecycle).start({ check: 'report' });
  return context
    .get(RuntimeSource)
    .use(({ endpoints, config }) => Promise.resolve({ config, endpoints, problems }));
}

/** The root-relative path that was meant: a path from the working directory, else an endpoint's id or file name. */
function pathOf(asked: string, { config, endpoints, problems }: Findings, cwd: string): string | null {
  const paths = [...new Set([...endpoints.files, ...problems.map((problem) => problem.file)])];
  const absolute = resolve(cwd, asked);
  const byPath = paths.find((path) => join(config.project.root, path) === absolute);
  if (byPath !== undefined) return byPath;
  const named = (['tool', 'resource', 'prompt'] as const)
    .flatMap((kind) => endpoints.list(kind))
    .find((endpoint) => endpoint.id === asked && endpoint.file !== null);
  // a definition with errors may have no name that could be read
  return named?.file ?? paths.find((path) => path.endsWith(`/${asked}.yml`)) ?? null;
}

function printFile(printer: Printer, file: FileReport): number {
  printer.result(fileJson(file), () => oneFileLines(file, printer.colors));
  return file.isOk ? exitCode.done : exitCode.failed;
}

function printUnknown(printer: Printer, path: string): number {
  const message = 'Endpoint file not found or not a valid endpoint';
  printer.result({ status: 'error', path, message }, () => [
    printer.colors.red('❌ Validation failed!'),
    '',
    `📄 File: ${path}`,
    '',
    `Error: ${message}`,
  ]);
  return exitCode.failed;
}
