import type { Command } from 'commander';
import type { ConfigRequest } from '../../common/ports/config-loader.js';

/** What `withCommonOptions` declares, as commander hands it back. */
export interface CommonOptions {
  readonly profile?: string;
  readonly debug?: boolean;
  readonly readonly?: boolean;
}

/** Adds the options that every command has (cli.md §1.6). */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--profile <NAME>', 'Profile to use. [env: MXCP_PROFILE]')
    .option('--json, --json-output', 'Print one JSON document instead of text.')
    .option('--debug', 'Show debug logs, and tracebacks on failure.');
}

/** Adds `--readonly`. */
export function withReadonlyOption(command: Command): Command {
  return command.option('--readonly', 'Open the database read-only. [env: MXCP_READONLY]');
}

/** What a command asks of the configuration; an option that was not given says nothing. */
export function configRequest({ profile, debug, readonly }: CommonOptions): ConfigRequest {
  return {
    ...(profile === undefined || profile === '' ? {} : { profile }),
    ...(debug === undefined ? {} : { debug }),
    ...(readonly === undefined ? {} : { readonly }),
  };
}

/** Whether one of the flags stands on the command line; known before commander has read it. */
export function isFlagGiven(argv: readonly string[], ...flags: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => flags.includes(word));
}

/** Examples at the end of a command's help. */
export function exampleText(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}
