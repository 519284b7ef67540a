import type { Command } from 'commander';
import type { CliCall } from '../call.js';
import { withCommonOptions, withReadonlyOption, type CommonOptions } from '../options.js';
import { readHeaders, readPrincipal } from './caller-options.js';
import { collect, readParams, type Params } from './param-options.js';

/** What `withCallOptions` declares, as commander hands it back. */
export interface CallOptions extends CommonOptions {
  readonly param?: readonly string[];
  readonly userContext?: string;
  readonly requestHeaders?: string;
}

/** What the options say: the arguments, and who calls with which headers. */
interface CallInput extends Pick<CliCall, 'principal' | 'headers'> {
  readonly params: Params;
}

/** Adds the options of a command that makes a call (cli.md §2). */
export function withCallOptions(command: Command): Command {
  command
    .option(
      '-p, --param <NAME=VALUE>',
      'Argument; =@file.json reads its value from a file. Repeatable.',
      collect,
    )
    .option('-u, --user-context <JSON>', 'Who is calling, as a JSON object or @file.json.')
    .option('--request-headers <JSON>', 'Request headers, as a JSON object or @file.json.');
  return withCommonOptions(withReadonlyOption(command));
}

/** @throws UsageError */
export async function readCallOptions(
  { param = [], userContext, requestHeaders }: CallOptions,
  cwd: string,
): Promise<CallInput> {
  return {
    params: await readParams(param, cwd),
    principal: await readPrincipal(userContext, cwd),
    headers: await readHeaders(requestHeaders, cwd),
  };
}
