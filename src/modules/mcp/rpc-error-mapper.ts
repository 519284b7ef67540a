import { AppError } from '../../common/errors/app-error.js';
import { CallerCannotAnswerError } from '../../common/errors/caller-errors.js';
import {
  EndpointNotFoundError,
  InputInvalidError,
  PolicyDeniedError,
  type InputProblem,
} from '../../common/errors/endpoint-errors.js';
import { errorCatalog, type CatalogEntry } from '../../common/errors/error-catalog.js';
import { InternalError } from '../../common/errors/server-errors.js';
import type { Log } from '../../common/ports/log.js';
import { RequestStateError } from './channel/request-state-error.js';
import type { CallerContext } from './caller-context.js';
import { InvalidParamsError } from './invalid-params-error.js';
import type { McpAnswer, McpResult } from './mcp-answer.js';

/** What failed, as far as messages name it. */
export interface FailedRequest {
  readonly method: string;
  /** Tool or prompt name, or URI; null for methods without one. */
  readonly target: string | null;
}

/** What clients of the legacy era call a resource that does not exist. */
const LEGACY_RESOURCE_NOT_FOUND = -32002;
const INTERNAL_ERROR = -32603;

/** Turns what a method threw into the answer of endpoints.md §2.4, §4.6 and policies.md §7. */
export class RpcErrorMapper {
  constructor(private readonly log: Log) {}

  map(thrown: unknown, request: FailedRequest, context: CallerContext): McpAnswer {
    const error = this.#known(thrown, context.correlationId);
    const { tool, rpc, http }: CatalogEntry = errorCatalog[error.code];
    if (error instanceof CallerCannotAnswerError && context.era === 'modern') {
      return capabilityMissing(error, context);
    }
    const isToolCall = request.method === 'tools/call';
    if (isToolCall && tool === 'isError' && !(error instanceof InvalidParamsError)) {
      return { kind: 'result', result: toolFailure(request.target ?? '', error) };
    }
    const code = rpc ?? INTERNAL_ERROR;
    return {
      kind: 'error',
      error: {
        code: eraCode(code, error, context),
        message: rpcMessage(error, request),
        data: { ...facts(error), correlationId: context.correlationId },
      },
      httpStatus: isServerTrouble(error) ? (http ?? 200) : 200,
    };
  }

  /** The caller of a defect gets an id; the log has the rest. */
  #known(thrown: unknown, correlationId: string): AppError {
    if (thrown instanceof AppError) return thrown;
    this.log.write('error', 'mcp', 'Internal error', { correlationId }, thrown);
    return new InternalError(correlationId, thrown);
  }
}

/** −32021 of MCP 2026-07-28; the client may declare what is missing and call again. */
function capabilityMissing(error: CallerCannotAnswerError, { correlationId }: CallerContext): McpAnswer {
  const { rpc, http }: CatalogEntry = errorCatalog[error.code];
  return {
    kind: 'error',
    error: {
      code: rpc ?? INTERNAL_ERROR,
      message: error.message,
      data: { requiredCapabilities: error.capabilities ?? {}, correlationId },
    },
    httpStatus: http ?? 200,
  };
}

function toolFailure(name: string, error: AppError): McpResult {
  const detail = error instanceof InputInvalidError ? problemText(name, error.problems) : error.message;
  return { content: [{ type: 'text', text: `Error executing tool ${name}: ${detail}` }], isError: true };
}

/** The errors for which operations.md §10 names an HTTP status; everything else is an ordinary answer. */
function isServerTrouble(error: AppError): boolean {
  const { tool } = errorCatalog[error.code];
  return typeof tool === 'number' && !(error instanceof EndpointNotFoundError);
}

function eraCode(code: number, error: AppError, context: CallerContext): number {
  // a code of the modern era only
  if (error instanceof CallerCannotAnswerError) return INTERNAL_ERROR;
  const isMissingResource = error instanceof EndpointNotFoundError && error.kind === 'resource';
  return isMissingResource && context.era === 'legacy' ? LEGACY_RESOURCE_NOT_FOUND : code;
}

function rpcMessage(error: AppError, request: FailedRequest): string {
  if (error instanceof InvalidParamsError) return error.message;
  if (error instanceof EndpointNotFoundError)
    return `Unknown ${error.kind}: ${request.target ?? error.target}`;
  if (error instanceof PolicyDeniedError) return `Policy enforcement failed: ${error.reason}`;
  const isOwnFailure = errorCatalog[error.code].tool === 'isError';
  if (!isOwnFailure) return error.message;
  const target = request.target ?? '';
  if (request.method === 'prompts/get') return promptMessage(target, error);
  if (request.method !== 'resources/read') return error.message;
  const detail = error instanceof InputInvalidError ? problemText(target, error.problems) : error.message;
  return `Error creating resource from template: ${detail}`;
}

function promptMessage(name: string, error: AppError): string {
  if (!(error instanceof InputInvalidError)) return `Error rendering prompt ${name}: ${error.message}`;
  const missing = error.problems.filter(
    (problem) => problem.path.length === 1 && problem.phrase === 'Field required',
  );
  if (missing.length > 0) {
    return `Missing required arguments: {${missing.map((problem) => `'${String(problem.path[0])}'`).join(', ')}}`;
  }
  return `Error rendering prompt ${name}: ${problemText(name, error.problems)}`;
}

/** Path and phrase of every problem, as existing clients match them (endpoints.md §2.4). */
function problemText(name: string, problems: readonly InputProblem[]): string {
  const head = `${problems.length} validation error${problems.length === 1 ? '' : 's'} for ${name}`;
  const lines = problems.map(
    ({ path, phrase }) => `${path.length === 0 ? name : path.join('.')}\n  ${phrase}`,
  );
  return [head, ...lines].join('\n');
}

function facts(error: AppError): Record<string, unknown> {
  if (error instanceof RequestStateError) return { reason: 'invalid_request_state' };
  if (error instanceof PolicyDeniedError) return { kind: 'policy_denied', reason: error.reason };
  if (error instanceof EndpointNotFoundError && error.kind === 'resource') return { uri: error.target };
  return {};
}
