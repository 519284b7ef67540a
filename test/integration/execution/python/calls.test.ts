import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aParameter } from '../../../builders/a-type-node.js';
import { aCall } from '../../../builders/a-call.js';
import { PythonProject } from '../../../builders/a-python-project.js';
import { RecordingChannel } from '../../../fakes/recording-channel.js';

const kit = `
import asyncio, threading, time, datetime, logging
from mxcp.runtime import config, mcp
from mxcp.sdk.audit import begin_execution_event, add_execution_event

count = 0

def add(a, b=1):
    return a + b

async def double(n):
    await asyncio.sleep(0)
    return n * 2

def seen(**given):
    return {name: type(value).__name__ + ' ' + str(value) for name, value in given.items()}

def nap(seconds):
    time.sleep(seconds)
    return 'slept'

async def doze(seconds):
    await asyncio.sleep(seconds)
    return 'dozed'

def bump():
    global count
    count += 1
    return count

def fails(text):
    raise ValueError(text)

def fails_oddly(kind):
    class Odd(Exception):
        def __str__(self):
            raise RuntimeError('no text')
    class Quiet(Exception):
        pass
    raise {'odd': Odd(), 'quiet': Quiet(), 'surrogate': ValueError('a\\ud800b'),
           'newline': ValueError('a\\n\\u2028b')}[kind]

def million():
    return [{'n': n, 'name': 'row %d' % n} for n in range(1_000_000)]

def cyclic():
    rows = []
    rows.append(rows)
    return rows

def deep():
    value = []
    for _ in range(100_000):
        value = [value]
    return value

def large(size):
    return 'x' * size

def big_integer():
    return 2 ** 100

async def tells():
    await mcp.info('one')
    await mcp.progress(1, 2, 'half')
    return 'told'

def audited():
    span = begin_execution_event()
    add_execution_event(span=span, target='crm', operation='get', details={'password': 'x'})
    return 'ok'

def logs():
    logging.getLogger('shop').warning('careful')
    print('printed')
    return 'ok'

def leaves():
    raise SystemExit(3)
`;

const raisedAt = kit.split('\n').indexOf('    raise ValueError(text)') + 1;

describe('calls of Python functions', () => {
  let project: PythonProject;

  beforeAll(async () => {
    project = await PythonProject.open(kit);
  });
  afterAll(() => project.close());

  it('run sync and async functions with keyword arguments', async () => {
    expect(await project.value('add', { a: 2 })).toBe(3);
    expect(await project.value('double', { n: 21 })).toBe(42);
    expect(await project.value('big_integer')).toBe(2n ** 100n);
  });

  it('get dates, floats and plain data by their declaration', async () => {
    const endpoint = project.tool('seen', {
      parameters: [
        aParameter('day', 'string', { format: 'date' }),
        aParameter('at', 'string', { format: 'date-time' }),
        aParameter('n', 'number'),
        aParameter('tag', 'object'),
      ],
    });

    const output = await project.call(
      endpoint,
      { day: '2024-01-31', at: '2024-01-31T10:00:00+02:00', n: 5, tag: { $date: 'x' } },
      aCall(),
    );

    expect(output).toEqual({
      kind: 'value',
      value: {
        day: 'date 2024-01-31',
        at: 'datetime 2024-01-31 10:00:00+02:00',
        n: 'float 5.0',
        tag: "dict {'$date': 'x'}",
      },
    });
  });

  it('run inline code', async () => {
    const endpoint = project.tool('inline', { source: { kind: 'inline', code: 'return n + 1' } });

    expect(await project.call(endpoint, { n: 1 }, aCall())).toEqual({ kind: 'value', value: 2 });
  });

  it('share the state of their modules', async () => {
    const counts = await Promise.all(Array.from({ length: 20 }, () => project.value('bump')));

    expect(new Set(counts).size).toBe(20);
  });

  it('run two hundred slow calls at once without holding each other up', async () => {
    const started = performance.now();

    const answers = await Promise.all([
      ...Array.from({ length: 200 }, () => project.value('doze', { seconds: 0.3 })),
      project.value('add', { a: 1 }),
    ]);

    expect(answers.slice(0, 200)).toEqual(Array.from({ length: 200 }, () => 'dozed'));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('answer a cancelled call at once, and serve the next', async () => {
    for (const name of ['doze', 'nap']) {
      const caller = new AbortController();
      const started = performance.now();
      const call = project.value(name, { seconds: 2 }, { signal: caller.signal });
      setTimeout(() => {
        caller.abort();
      }, 50);

      await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
      expect(performance.now() - started).toBeLessThan(1000);
      expect(await project.value('add', { a: 1 })).toBe(2);
    }
  });

  it('stop at their deadline', async () => {
    const endpoint = project.tool('doze', { limits: { rows: null, bytes: null, timeoutMs: 100 } });

    await expect(project.call(endpoint, { seconds: 5 }, aCall())).rejects.toMatchObject({
      code: 'EXECUTION_TIMEOUT',
    });
  });

  describe('failures', () => {
    it("give the exception's own text, and file and line to the log", async () => {
      await expect(project.value('fails', { text: 'no such order' })).rejects.toMatchObject({
        code: 'EXECUTION_FAILED',
        message: 'no such order',
      });

      expect(project.log.lines.at(-1)).toMatchObject({
        level: 'error',
        logger: 'python',
        fields: { exception: 'ValueError', file: 'python/kit.py', line: raisedAt },
      });
      expect(JSON.stringify(project.log.lines.at(-1))).not.toContain('no such order');
    });

    it.each([
      ['quiet', 'Quiet'],
      ['odd', '<Odd without a readable message>'],
      ['surrogate', 'a\ufffdb'],
      ['newline', 'a\n\u2028b'],
    ])('survive an exception with an odd text: %s', async (kind, text) => {
      await expect(project.value('fails_oddly', { kind })).rejects.toMatchObject({ message: text });
    });

    it('name a function that is not there, without paths of the machine', async () => {
      await expect(project.value('nothing')).rejects.toMatchObject({
        message: "Function 'nothing' not found in python/kit.py",
      });
    });

    it('say that the function ended itself, and keep the worker', async () => {
      await project.value('bump');

      await expect(project.value('leaves')).rejects.toMatchObject({ code: 'EXECUTION_FAILED' });

      expect(await project.value('bump')).toBeGreaterThan(1);
    });

    it('find results that are cyclic or too deep', async () => {
      await expect(project.value('cyclic')).rejects.toThrow('contains itself');
      await expect(project.value('deep')).rejects.toThrow('nested deeper');
    });
  });

  describe('results', () => {
    it('of a million rows arrive whole', async () => {
      const rows = await project.value('million');

      expect(rows).toHaveLength(1_000_000);
      expect((rows as unknown[])[999_999]).toEqual({ n: 999_999, name: 'row 999999' });
    }, 60_000);

    it('beyond the caps of the call are refused in words that help', async () => {
      const small = { limits: { rows: 10, bytes: 1000, timeoutMs: null } };

      await expect(project.call(project.tool('million', small), {}, aCall())).rejects.toMatchObject({
        code: 'OUTPUT_TOO_LARGE',
        message: expect.stringContaining('more than the 10 rows allowed'),
      });
      await expect(
        project.call(project.tool('large', small), { size: 100_000 }, aCall()),
      ).rejects.toMatchObject({
        code: 'OUTPUT_TOO_LARGE',
        message: expect.stringContaining('more than the 1000 bytes allowed'),
      });
    });
  });

  it('tell their caller while they run, before the answer', async () => {
    const channel = new RecordingChannel();

    await project.value('tells', {}, { channel });

    expect(channel.told).toEqual([
      ['log', 'info', 'one', undefined],
      ['progress', 1, 2, 'half'],
    ]);
  });

  it('add events to the audit record of their call', async () => {
    const request = aCall();

    await project.call(project.tool('audited'), {}, request);

    expect(request.events).toMatchObject([
      { kind: 'external', status: 'success', target: 'crm', operation: 'get' },
    ]);
  });

  it('log under their own name, and what they print is logged', async () => {
    await project.value('logs');
    await expect
      .poll(() => project.log.lines)
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ level: 'warning', logger: 'python.shop', message: 'careful' }),
          expect.objectContaining({ level: 'info', logger: 'python', message: 'printed' }),
        ]),
      );
  });
});
