import { describe, expect, it } from 'vitest';
import type { EndpointProblem } from '../../../src/common/domain/endpoint.js';
import type { EndpointRegistry } from '../../../src/common/ports/endpoint-registry.js';
import type { RuntimeOptions } from '../../../src/common/ports/runtime.js';
import { RuntimeFactory } from '../../../src/modules/runtime/runtime-factory.js';
import { aConfig } from '../../builders/a-config.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';
import { RecordingLog } from '../../fakes/recording-log.js';

const problem = (file: string, severity: 'error' | 'warning', message: string): EndpointProblem => ({
  file,
  location: '',
  message,
  severity,
  line: null,
  column: null,
});

/** A registry of the tools a and b, of which `b` does not pass the executor's check. */
function build() {
  const disposed: string[] = [];
  const left: string[][] = [];
  const { endpoints, executors, database, policies } = new FixedRuntime({
    endpoints: [anEndpoint({ id: 'a', file: 'tools/a.yml' }), anEndpoint({ id: 'b', file: 'tools/b.yml' })],
  }).runtime;
  const found: EndpointRegistry = {
    files: [],
    hasPolicies: false,
    problems: [problem('tools/z.yml', 'warning', 'loaded with a warning')],
    resolve: (request) => endpoints.resolve(request),
    list: (kind) => endpoints.list(kind),
    without: (files) => {
      left.push([...files]);
      return endpoints;
    },
  };
  const log = new RecordingLog();
  const factory = new RuntimeFactory(
    { load: () => Promise.resolve(found) },
    { compile: () => Promise.resolve(policies) },
    {
      create: () =>
        Promise.resolve({
          database,
          executors: {
            execute: (...call) => executors.execute(...call),
            check: (endpoint) =>
              Promise.resolve(
                endpoint.id === 'b'
                  ? [problem('tools/b.yml', 'error', 'no such table\nLINE 1: select')]
                  : [problem('tools/a.yml', 'warning', 'looks odd')],
              ),
            canRun: () => true,
            dispose: () => {
              disposed.push('executors');
              return Promise.resolve();
            },
          },
        }),
    },
    log,
  );
  const start = async (check: RuntimeOptions['check']) =>
    factory.open(await factory.prepare(aConfig(), { check }), null);
  return { disposed, factory, left, log, start };
}

describe('RuntimeFactory', () => {
  it('checks nothing when asked to check nothing', async () => {
    const { problems } = await build().start('none');

    expect(problems.map((found) => found.message)).toEqual(['loaded with a warning']);
  });

  it('reports every finding by file and leaves out what has errors', async () => {
    const { left, start } = build();

    const { problems } = await start('report');

    expect(problems.map((found) => [found.file, found.message])).toEqual([
      ['tools/a.yml', 'looks odd'],
      ['tools/b.yml', 'no such table\nLINE 1: select'],
      ['tools/z.yml', 'loaded with a warning'],
    ]);
    expect(left).toEqual([['tools/b.yml']]);
  });

  it('writes each finding to the log once, a line each, when it leaves out what has errors', async () => {
    const { log, start } = build();

    await start('skip');

    expect(log.lines).toMatchObject([
      { level: 'warning', logger: 'endpoints', message: 'tools/z.yml: loaded with a warning' },
      { level: 'warning', message: 'tools/a.yml: looks odd' },
      { level: 'error', message: 'Failed to load endpoint tools/b.yml: no such table' },
    ]);
  });

  it('writes what the loader found when nothing else is checked', async () => {
    const { log, start } = build();

    await start('none');

    expect(log.lines).toMatchObject([{ level: 'warning' }]);
    expect(log.lines[0]?.fields).toEqual({ file: 'tools/z.yml' });
  });

  it.each(['report', 'refuse'] as const)('leaves errors to whoever shows them: %s', async (check) => {
    const { log, start } = build();

    await start(check).catch(() => undefined);

    expect(log.lines).toEqual([]);
  });

  it('refuses to start over an error and leaves nothing open', async () => {
    const { disposed, start } = build();

    await expect(start('refuse')).rejects.toMatchObject({
      code: 'CHECK_FAILED',
      message: 'Found 1 endpoint(s) with errors',
      problems: [{ file: 'tools/b.yml' }],
    });

    expect(disposed).toEqual(['executors']);
  });

  it('numbers its Runtimes', async () => {
    const { start } = build();

    const first = await start('none');
    const second = await start('none');

    expect([first.runtime.generation, second.runtime.generation]).toEqual([1, 2]);
    expect(Object.isFrozen(second.runtime)).toBe(true);
  });
});
