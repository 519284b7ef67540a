import type { Command } from 'commander';
import type { Session } from './session.js';

/** One command: how it is spelled, and what it does. */
export interface CliCommand {
  readonly name: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** Whether Ctrl-C says so in words; the others only say `Aborted!` (cli.md §1.6). */
  readonly isCallOfEndpoint: boolean;
  /** Adds arguments, options and help. */
  declare(command: Command): void;
  /**
   * Does the work for arguments and options that commander has read; the exit code.
   * @throws UsageError before any output, other AppErrors at any time
   */
  execute(session: Session, command: Command): Promise<number>;
}
