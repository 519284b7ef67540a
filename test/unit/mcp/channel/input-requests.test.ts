import { describe, expect, it } from 'vitest';
import type { Question } from '../../../../src/common/domain/question.js';
import {
  answerTo,
  inputRequest,
  missingCapabilities,
} from '../../../../src/modules/mcp/channel/input-requests.js';

const form: Question = {
  kind: 'form',
  message: 'Who?',
  schema: {
    type: 'object',
    properties: { age: { type: 'integer' }, mail: { type: 'string', format: 'email' } },
    required: ['age'],
  },
};
const url: Question = { kind: 'url', message: 'Sign in', url: 'https://x.example' };
const sample: Question = { kind: 'sample', params: { messages: [], maxTokens: 1 } };
const roots: Question = { kind: 'roots' };

describe('inputRequest', () => {
  it.each([
    [form, 'elicitation/create', { message: 'Who?', requestedSchema: form.schema }],
    [url, 'elicitation/create', { mode: 'url', message: 'Sign in', url: 'https://x.example' }],
    [sample, 'sampling/createMessage', { messages: [], maxTokens: 1 }],
    [roots, 'roots/list', {}],
  ])('%j', (question, method, params) => {
    expect(inputRequest(question)).toEqual({ method, params });
  });
});

describe('missingCapabilities', () => {
  it.each([
    [[form], { elicitation: {} }],
    [[form, url], { elicitation: { form: {}, url: {} } }],
    [[sample, roots], { sampling: {}, roots: { listChanged: true } }],
    [[], {}],
  ])('is nothing for %j of a client with %j', (questions, declared) => {
    expect(missingCapabilities(questions, declared)).toBeNull();
  });

  it.each([
    [[form], null, { elicitation: { form: {} } }],
    [[form, url, sample, roots], {}, { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }],
    [[form], { elicitation: { url: {} } }, { elicitation: { form: {} } }],
    [[url], { elicitation: {} }, { elicitation: { url: {} } }],
    [[{ kind: 'sample', params: { tools: [] } } as const], { sampling: {} }, { sampling: { tools: {} } }],
    [[form], { elicitation: true }, { elicitation: { form: {} } }],
  ])('names what %j needs of a client with %j', (questions, declared, missing) => {
    expect(missingCapabilities(questions, declared)).toEqual(missing);
  });
});

describe('answerTo', () => {
  it.each<[Question, unknown, unknown]>([
    [form, { action: 'accept', content: { age: 3 } }, { action: 'accept', content: { age: 3 } }],
    [
      form,
      { action: 'accept', content: { age: 9007199254740993n } },
      { action: 'accept', content: { age: 9007199254740993n } },
    ],
    [form, { action: 'decline', content: { age: 'x' } }, { action: 'decline' }],
    [form, { action: 'cancel' }, { action: 'cancel' }],
    [url, { action: 'accept' }, { action: 'accept' }],
    [roots, { roots: [{ uri: 'file:///a' }] }, { roots: [{ uri: 'file:///a' }] }],
    [sample, { role: 'assistant', content: { type: 'text', text: 'x' }, model: 'm' }, expect.anything()],
  ])('to %o is %o', (question, response, answer) => {
    expect(answerTo(question, response)).toEqual(answer);
  });

  it.each([
    [form, 12345],
    [form, null],
    [form, { action: 'maybe' }],
    [form, { action: 'accept' }],
    [form, { action: 'accept', content: { age: 'three' } }],
    [form, { action: 'accept', content: { age: 3, mail: 'nobody' } }],
    [url, { content: {} }],
    [roots, { roots: 'all' }],
    [sample, { content: 'x' }],
  ])('to %j is not %j', (question, response) => {
    expect(answerTo(question, response)).toBeUndefined();
  });

  it('takes what a form that is no schema brings', () => {
    const odd: Question = { kind: 'form', message: 'm', schema: { type: 'nonsense' } };

    expect(answerTo(odd, { action: 'accept', content: { a: 1 } })).toEqual({
      action: 'accept',
      content: { a: 1 },
    });
  });
});
