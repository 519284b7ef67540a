import { describe, expect, it } from 'vitest';
import { CallerCannotAnswerError } from '../../../src/common/errors/caller-errors.js';
import {
  EndpointNotFoundError,
  ExecutionFailedError,
  InputInvalidError,
  PolicyDeniedError,
} from '../../../src/common/errors/endpoint-errors.js';
import { AuditFailedError, UnavailableError } from '../../../src/common/errors/server-errors.js';
import { RequestStateError } from '../../../src/modules/mcp/channel/request-state-error.js';
import { RpcErrorMapper } from '../../../src/modules/mcp/rpc-error-mapper.js';
import { aCaller } from '../../builders/an-mcp.js';
import { RecordingLog } from '../../fakes/recording-log.js';

function mapped(error: unknown, method: string, target: string, era: 'legacy' | 'modern' = 'legacy') {
  return new RpcErrorMapper(new RecordingLog()).map(error, { method, target }, aCaller({ era }));
}

const missing = new InputInvalidError([
  { path: ['a'], phrase: 'Field required', message: 'Required parameter missing: a' },
  {
    path: ['items', 0, 'extra'],
    phrase: 'Extra inputs are not permitted',
    message: 'Unexpected property: extra',
  },
]);

describe('RpcErrorMapper for tools/call', () => {
  it('names the tool, every path and every phrase of bad arguments', () => {
    expect(mapped(missing, 'tools/call', 'add')).toEqual({
      kind: 'result',
      result: {
        isError: true,
        content: [
          {
            type: 'text',
            text:
              'Error executing tool add: 2 validation errors for add\n' +
              'a\n  Field required\n' +
              'items.0.extra\n  Extra inputs are not permitted',
          },
        ],
      },
    });
  });

  it('says one validation error in the singular', () => {
    const one = new InputInvalidError(missing.problems.slice(0, 1));
    expect(mapped(one, 'tools/call', 'my tool')).toMatchObject({
      result: {
        content: [
          { text: 'Error executing tool my tool: 1 validation error for my tool\na\n  Field required' },
        ],
      },
    });
  });

  it('shows denials and failures as results that the model reads', () => {
    expect(mapped(new PolicyDeniedError('Admins only', 'input', false), 'tools/call', 't')).toMatchObject({
      result: {
        isError: true,
        content: [{ text: 'Error executing tool t: Policy enforcement failed: Admins only' }],
      },
    });
    expect(mapped(new PolicyDeniedError('No', 'output', false), 'tools/call', 't')).toMatchObject({
      result: { content: [{ text: 'Error executing tool t: Output policy enforcement failed: No' }] },
    });
    expect(mapped(new ExecutionFailedError('Failed to execute SQL: x'), 'tools/call', 't')).toMatchObject({
      result: { content: [{ text: 'Error executing tool t: Failed to execute SQL: x' }] },
    });
  });

  it('answers an unknown tool with -32602 in both eras', () => {
    for (const era of ['legacy', 'modern'] as const) {
      expect(mapped(new EndpointNotFoundError('tool', 'x'), 'tools/call', 'x', era)).toMatchObject({
        error: { code: -32602, message: 'Unknown tool: x', data: { correlationId: 'call-1' } },
        httpStatus: 200,
      });
    }
  });

  it('names an HTTP status only where operations.md §10 does', () => {
    expect(mapped(new UnavailableError('Server is shutting down'), 'tools/call', 't')).toMatchObject({
      error: { code: 50301, message: 'Server is shutting down' },
      httpStatus: 503,
    });
    expect(mapped(new AuditFailedError(), 'tools/call', 't')).toMatchObject({
      error: { code: -32603, message: 'Audit unavailable' },
      httpStatus: 500,
    });
  });

  it('tells the caller of a defect its id only, and logs the cause once', () => {
    const log = new RecordingLog();
    const cause = new TypeError('secret detail');
    const answer = new RpcErrorMapper(log).map(cause, { method: 'tools/call', target: 't' }, aCaller());
    expect(answer).toMatchObject({ error: { code: -32603, message: 'Internal error (call call-1)' } });
    expect(log.lines).toMatchObject([{ level: 'error', error: cause, fields: { correlationId: 'call-1' } }]);
  });
});

describe('RpcErrorMapper for resources and prompts', () => {
  it('answers an unknown resource as its era expects', () => {
    const error = new EndpointNotFoundError('resource', 'a://b');
    expect(mapped(error, 'resources/read', 'a://b')).toMatchObject({
      error: { code: -32002, message: 'Unknown resource: a://b' },
    });
    expect(mapped(error, 'resources/read', 'a://b', 'modern')).toMatchObject({
      error: { code: -32602, data: { uri: 'a://b' } },
    });
  });

  it('uses one prefix for denials at either stage, with code 40301', () => {
    const expected = {
      error: {
        code: 40301,
        message: 'Policy enforcement failed: Closed',
        data: { kind: 'policy_denied', reason: 'Closed' },
      },
    };
    expect(mapped(new PolicyDeniedError('Closed', 'input', false), 'prompts/get', 'p')).toMatchObject(
      expected,
    );
    expect(mapped(new PolicyDeniedError('Closed', 'output', true), 'resources/read', 'u')).toMatchObject(
      expected,
    );
  });

  it('keeps the texts of failures without doubling them', () => {
    expect(mapped(new ExecutionFailedError('boom'), 'prompts/get', 'p')).toMatchObject({
      error: { code: -32603, message: 'Error rendering prompt p: boom' },
    });
    expect(mapped(new ExecutionFailedError('boom'), 'resources/read', 'u')).toMatchObject({
      error: { code: -32603, message: 'Error creating resource from template: boom' },
    });
  });

  it('names the missing arguments of a prompt', () => {
    expect(mapped(missing, 'prompts/get', 'p')).toMatchObject({
      error: { code: -32602, message: "Missing required arguments: {'a'}" },
    });
  });

  it('names an unknown prompt', () => {
    expect(mapped(new EndpointNotFoundError('prompt', 'zzz'), 'prompts/get', 'zzz')).toMatchObject({
      error: { code: -32602, message: 'Unknown prompt: zzz' },
    });
  });
});

describe('RpcErrorMapper for callers who cannot be asked', () => {
  const lacking = new CallerCannotAnswerError('The client does not support it', { sampling: {} });

  it('names what the client must declare, in the modern era', () => {
    expect(mapped(lacking, 'tools/call', 't', 'modern')).toEqual({
      kind: 'error',
      error: {
        code: -32021,
        message: 'The client does not support it',
        data: { requiredCapabilities: { sampling: {} }, correlationId: 'call-1' },
      },
      httpStatus: 400,
    });
  });

  it('fails the call in the legacy era, which knows no such code', () => {
    expect(mapped(lacking, 'tools/call', 't')).toMatchObject({ result: { isError: true } });
    expect(mapped(lacking, 'resources/read', 'a://b')).toMatchObject({ error: { code: -32603 } });
  });

  it('says nothing about why a state is not good', () => {
    expect(mapped(new RequestStateError(), 'tools/call', 't', 'modern')).toMatchObject({
      error: {
        code: -32602,
        message: 'Invalid or expired requestState; call again without it',
        data: { reason: 'invalid_request_state' },
      },
    });
  });
});
