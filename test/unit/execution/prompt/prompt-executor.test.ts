import { describe, expect, it } from 'vitest';
import { problemText, type PromptMessage } from '../../../../src/common/domain/endpoint.js';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import type { Parameter } from '../../../../src/common/domain/type-node.js';
import { PromptExecutor } from '../../../../src/modules/execution/prompt/prompt-executor.js';
import { anEndpoint } from '../../../builders/an-endpoint.js';

const parameter = (name: string, node: Partial<Parameter> & Pick<Parameter, 'type'>): Parameter => ({
  sensitive: false,
  additionalProperties: true,
  name,
  ...node,
});
const text = (name: string): Parameter => parameter(name, { type: 'string' });

function aPrompt(messages: readonly (string | PromptMessage)[], parameters: readonly Parameter[] = []) {
  return anEndpoint({
    kind: 'prompt',
    language: 'prompt',
    file: 'prompts/p.yml',
    parameters,
    source: {
      kind: 'messages',
      messages: messages.map((message) =>
        typeof message === 'string' ? { prompt: message, role: null, type: null } : message,
      ),
    },
  });
}

async function rendered(template: string, input: JsonObject = {}, parameters: readonly Parameter[] = []) {
  const output = await new PromptExecutor().execute(aPrompt([template], parameters), input);
  const value = output.kind === 'value' ? output.value : null;
  return (value as { prompt: string }[])[0]?.prompt;
}

async function problem(messages: readonly string[], parameters: readonly Parameter[] = []) {
  return (await new PromptExecutor().check(aPrompt(messages, parameters)))[0]?.message;
}

describe('PromptExecutor.check', () => {
  it('accepts templates that look up parameters only', async () => {
    expect(
      await problem(['{{ a }}{% for x in range(3) %}{{ loop.index }}{{ x }}{% endfor %}'], [text('a')]),
    ).toBe(undefined);
  });

  it('names the undefined variables of a message, sorted', async () => {
    expect(await problem(['fine', '{{ b.x }}{{ a is defined }}{{ c }}'], [text('c')])).toBe(
      'Message 1 uses undefined template variables: a, b',
    );
  });

  it('reports every message that is wrong', async () => {
    const problems = await new PromptExecutor().check(aPrompt(['{{ a }}', '{% nope %}', 'fine', '{{ b }}']));

    expect(problems.map(problemText)).toEqual([
      'Message 0 uses undefined template variables: a',
      "prompt.messages.1.prompt: Encountered unknown tag 'nope'.",
      'Message 3 uses undefined template variables: b',
    ]);
  });

  it('reports a syntax error as the engine words it, and where it is', async () => {
    const position = { line: 9, column: 7 };
    const wrong = { prompt: '{% nope %}', role: null, type: null, position };
    const problems = await new PromptExecutor().check(aPrompt([wrong, { ...wrong, prompt: '{{ a }}' }]));
    expect(problems).toEqual([
      {
        file: 'prompts/p.yml',
        location: 'prompt.messages.0.prompt',
        message: "Encountered unknown tag 'nope'.",
        severity: 'error',
        ...position,
      },
      expect.objectContaining({ location: '', ...position }),
    ]);
  });

  it.each([
    ['{% include "x" %}', 'no loader for this environment specified'],
    ['{% extends "x" %}', 'no loader for this environment specified'],
    ['{% block a %}{% endblock %}', 'blocks are not supported in prompt messages'],
    ["{{ 'x' | urlize }}", "filter 'urlize' is not supported in prompt messages"],
    ["{{ 'x' | nope }}", "No filter named 'nope'."],
    ['{{ lipsum() }}', 'lipsum is not supported in prompt messages'],
    [`{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`, 'template is nested too deeply'],
  ])('refuses %.40s', async (template, message) => {
    expect(await problem([template])).toBe(message);
  });

  it('wants at least one message', async () => {
    expect(await problem([])).toBe('No messages found in prompt definition');
  });
});

describe('PromptExecutor.execute', () => {
  it('gives prompt, role and type of every message', async () => {
    const prompt = aPrompt([{ prompt: 'Hi {{ a }}', role: 'user', type: 'text' }, 'plain'], [text('a')]);
    expect(await new PromptExecutor().execute(prompt, { a: 'Bo' })).toEqual({
      kind: 'value',
      value: [
        { prompt: 'Hi Bo', role: 'user', type: 'text' },
        { prompt: 'plain', role: null, type: null },
      ],
    });
  });

  it('prints values as Python holds them, by the declared types', async () => {
    const parameters = [
      parameter('n', { type: 'number' }),
      parameter('i', { type: 'integer' }),
      parameter('d', { type: 'string', format: 'date' }),
      parameter('t', { type: 'string', format: 'date-time' }),
      parameter('l', {
        type: 'array',
        items: { type: 'number', sensitive: false, additionalProperties: true },
      }),
      parameter('o', {
        type: 'object',
        properties: { x: { type: 'number', sensitive: false, additionalProperties: true } },
      }),
    ];
    const input = {
      n: 5,
      i: 12345678901234567890n,
      d: '2024-05-06',
      t: '2024-01-01T10:00:00+02:00',
      l: [1, 2.5],
      o: { x: 1, y: 1 },
    };
    expect(
      await rendered('{{ n }} {{ i }} {{ d }} {{ t }} {{ l }} {{ o }} {{ [d] }}', input, parameters),
    ).toBe(
      "5.0 12345678901234567890 2024-05-06 2024-01-01 10:00:00+02:00 [1.0, 2.5] {'x': 1.0, 'y': 1} " +
        '[datetime.date(2024, 5, 6)]',
    );
  });

  it('renders macros, raw blocks and filters together', async () => {
    const template = [
      '{%- macro hi(x) -%}Hi {{ x | capitalize }}{%- endmacro -%}',
      '{%- set total = names | length -%}',
      '{%- for n in names | sort -%}',
      '{{ hi(n) }}{% if not loop.last %}; {% endif %}',
      '{%- else -%}nobody',
      '{%- endfor %} ({{ total }}){# unseen #}',
      '{% raw %}{{ kept }}{% endraw %} {{ names | map("upper") | list | tojson }} {{ "%02d" | format(total) }}\n',
    ].join('\n');
    expect(await rendered(template, { names: ['bo', 'al'] })).toBe(
      'Hi Al; Hi Bo (2)\n{{ kept }} ["BO", "AL"] 02',
    );
    expect(await rendered(template, { names: [] })).toBe('nobody (0)\n{{ kept }} [] 00');
  });

  it('refuses to print a lazy sequence, whose text would be an address', async () => {
    await expect(rendered("{{ [1] | map('string') }}")).rejects.toMatchObject({
      message: 'a lazy sequence has no text of its own; make it a list with |list or |join first',
    });
  });

  it('leaves what was given as it was, though templates can change lists', async () => {
    const input = { l: [1] };
    expect(await rendered('{{ l.append(2) }}{{ l }}', input)).toBe('None[1, 2]');
    expect(input).toEqual({ l: [1] });
  });

  it('fails with the engine’s words', async () => {
    await expect(rendered('{{ x.y }}')).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: "'x' is undefined",
    });
    await expect(rendered('{% if %}')).rejects.toMatchObject({ code: 'EXECUTION_FAILED' });
  });
});

describe('templates are safe', () => {
  it.each([
    `{{ ''.__class__.__mro__ }}`,
    `{{ ''['__class__'] }}`,
    `{{ '' | attr('__class__') }}`,
    `{{ '{0.__class__}'.format('') }}`,
    `{{ range.__globals__ }}`,
  ])('%s reaches no internals', async (template) => {
    await expect(rendered(template)).rejects.toMatchObject({
      message: expect.stringContaining('is unsafe') as string,
    });
  });

  it.each([`{{ ''.constructor }}|`, '{{ x.constructor }}{{ x.prototype }}|', `{{ x['toString'] }}|`])(
    '%s prints nothing of JavaScript',
    async (template) => {
      expect(await rendered(template, { x: { a: 1 } })).toBe('|');
    },
  );

  it('takes members named like those of JavaScript objects for ordinary ones', async () => {
    const input = JSON.parse('{"x": {"__proto__": 1, "constructor": 2}}') as JsonObject;
    expect(await rendered("{{ x['__proto__'] }}{{ x.constructor }}", input)).toBe('12');
  });

  it.each(['trim', 'striptags', 'wordwrap', 'float', 'upper', 'wordcount', 'e', 'indent'])(
    '%s is not slowed down by what it is given',
    async (filter) => {
      const blanks = `a${' '.repeat(300_000)}b`;
      const startedMs = performance.now();
      for (const text of [blanks, '<!--'.repeat(80_000), '9'.repeat(300_000) + 'x', '-'.repeat(10_000)]) {
        const settled = await Promise.allSettled([rendered(`{{ t | ${filter} }}`, { t: text })]);
        expect(settled).toHaveLength(1);
      }
      expect(performance.now() - startedMs).toBeLessThan(3000);
    },
  );

  it.each([
    '{% for x in range(10 ** 9) %}{% endfor %}',
    '{% for x in range(10000) %}{% for y in range(10000) %}{{ y }}{% endfor %}{% endfor %}',
    "{{ 'x' * 10 ** 9 }}",
    '{{ [1] * 10 ** 9 }}',
    "{{ 'x'.center(10 ** 9) }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '{:999999999}'.format(1) }}",
    '{{ 10 ** (10 ** 10) }}',
    '{% set n = namespace(x=2) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}',
    "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "{{ ('a' * 8000).replace('a', 'b' * 8000) }}",
    '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}',
    '{% set l = [] %}{{ l.append(l) }}{{ l }}',
    '{{ range(10 ** 12) | list }}',
    '{{ [1] | batch(10 ** 12, 0) | list }}',
  ])('%s ends soon with an error', async (template) => {
    const startedMs = performance.now();
    await expect(rendered(template)).rejects.toMatchObject({ code: 'EXECUTION_FAILED' });
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });
});
