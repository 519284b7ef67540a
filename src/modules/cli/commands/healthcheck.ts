import type { Command } from 'commander';
import type { CliCommand } from '../cli-command.js';
import { exitCode } from '../exit-code.js';
import { askHealth, type HealthAnswer } from '../health/ask-health.js';
import { healthUrl, ownHealthUrl } from '../health/health-url.js';
import { exampleText } from '../options.js';
import type { Session } from '../session.js';

interface HealthOptions {
  readonly url?: string;
}

/** Below the 10 s after which Docker gives a health check up, so that the reason is still told. */
const TIMEOUT_MS = 5_000;

const texts = {
  healthy: '✅ healthy',
  degraded: '⚠️  degraded: it serves; /ready tells what is wrong',
  unhealthy: '❌ unhealthy: restart it; its log tells why',
} as const;

/** `mxcp healthcheck` (operations.md §14): a server's `/health` as an exit code, for images without curl. */
export const healthcheckCommand: CliCommand = {
  name: 'healthcheck',
  summary: 'Ask a running server whether it is healthy.',
  isCallOfEndpoint: false,

  declare(command: Command): void {
    command
      .usage('[OPTIONS]')
      .description(
        'Ask /health of a running server. Exit code 0: healthy or degraded; 1: unhealthy, not to be reached, no ' +
          `mxcp server, or no answer within ${TIMEOUT_MS / 1000} seconds.`,
      )
      .option(
        '--url <URL>',
        'The server, with or without /health. [default: this machine at BIND_IP and MCP_PORT, else port 8000]',
        healthUrl,
      )
      .option('--json, --json-output', 'Print one JSON document instead of text.')
      .option('--debug', 'Show tracebacks on failure.')
      .addHelpText(
        'after',
        exampleText(
          'mxcp healthcheck',
          'mxcp healthcheck --url http://localhost:3000',
          'mxcp healthcheck --json',
        ),
      );
  },

  async execute({ host, printer, signal }: Session, command: Command): Promise<number> {
    const url = command.opts<HealthOptions>().url ?? ownHealthUrl(host.env);
    const answer = await askHealth(url, TIMEOUT_MS, signal);
    signal.throwIfAborted();
    if ('reason' in answer) {
      const message = `${url} ${answer.reason}. Is the server running there? --url names another address.`;
      printer.failure(message, answer.cause ?? message);
      return exitCode.failed;
    }
    const { status, version, uptimeSeconds } = answer;
    printer.result({ url, status, version, uptime_seconds: uptimeSeconds }, () => lines(url, answer));
    return status === 'unhealthy' ? exitCode.failed : exitCode.done;
  },
};

function lines(url: string, { status, version, uptimeSeconds }: HealthAnswer): readonly string[] {
  return [texts[status], `   ${url} (mxcp ${version}, up for ${uptimeSeconds} s)`];
}
