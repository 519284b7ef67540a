import type { Clock } from '../../common/ports/clock.js';
import type { Log, LogFields } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';
import type { CallerContext } from './caller-context.js';
import type { McpAnswer, McpResult } from './mcp-answer.js';

/** What log and metrics hold of every MCP request: names, sizes and durations, never values (operations.md §9). */
export class RequestJournal {
  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /** Notes the start of a request; call the returned function once with its answer. */
  begin(method: string, target: string | null, context: CallerContext): (answer: McpAnswer) => void {
    const startedMs = this.clock.monotonicMs();
    const request: LogFields = {
      correlationId: context.correlationId,
      request_id: context.correlationId,
      method,
      ...(target === null ? {} : { tool: target }),
    };
    this.log.write('info', 'mcp', 'Request started', {
      event: 'request_started',
      ...request,
      params_size: context.requestBytes,
    });
    return (answer) => {
      const elapsedMs = this.clock.monotonicMs() - startedMs;
      const code = answer.kind === 'error' ? answer.error.code : null;
      this.metrics.rpcFinished(method, code, elapsedMs / 1000);
      this.#end(answer, { ...request, ...durations(elapsedMs) });
    };
  }

  #end(answer: McpAnswer, fields: LogFields): void {
    if (answer.kind === 'error') {
      const { code } = answer.error;
      this.log.write('warning', 'mcp', 'Request failed', {
        event: 'request_failed',
        ...fields,
        status: answer.httpStatus,
        error_type: String(code),
      });
      return;
    }
    const isFailure = answer.result['isError'] === true;
    this.log.write(
      isFailure ? 'warning' : 'info',
      'mcp',
      isFailure ? 'Request failed' : 'Request completed',
      {
        event: isFailure ? 'request_failed' : 'request_completed',
        ...fields,
        status: 200,
        ...(isFailure ? { error_type: 'tool_error' } : { result_size: textLength(answer.result) }),
      },
    );
  }
}

/** The same duration for people and for machines. */
function durations(elapsedMs: number): LogFields {
  return { duration: `${Math.round(elapsedMs)}ms`, duration_ms: Math.round(elapsedMs * 1000) / 1000 };
}

/** Characters of the text that a call answers with; undefined for lists and other fixed answers. */
function textLength(result: McpResult): number | undefined {
  const blocks = result['content'] ?? result['contents'];
  if (!Array.isArray(blocks)) return undefined;
  return blocks.reduce<number>((sum, block: { text?: unknown }) => {
    return sum + (typeof block.text === 'string' ? block.text.length : 0);
  }, 0);
}
