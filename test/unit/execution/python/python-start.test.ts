import { describe, expect, it } from 'vitest';
import type { UserCodeConfig } from '../../../../src/common/domain/app-config.js';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import { Secret } from '../../../../src/common/domain/secret.js';
import { CallContexts } from '../../../../src/modules/execution/python/call-contexts.js';
import { PythonStart } from '../../../../src/modules/execution/python/python-start.js';
import { Worker } from '../../../../src/modules/execution/python/worker.js';
import { aConfig } from '../../../builders/a-config.js';
import { RecordingLog } from '../../../fakes/recording-log.js';
import { ScriptedDatabase } from '../../../fakes/scripted-database.js';
import { answerStart, ScriptedLaunch } from '../../../fakes/scripted-worker.js';

const silentHost = { answer: () => undefined, notice: () => undefined };
const watcher = { onAbandoned: () => undefined, onIdle: () => undefined, onLost: () => undefined };
const plugin = { name: 'geo', module: 'geo.main', config: 'eu' };

interface Parts {
  readonly userCode?: Partial<UserCodeConfig>;
  readonly requireHooks?: boolean;
  readonly onlyHooks?: boolean;
  /** Answers by request type; the others are answered by a worker that has nothing to say. */
  readonly answers?: Readonly<Record<string, JsonObject>>;
}

function aStart({ userCode = {}, requireHooks = false, onlyHooks = false, answers = {} }: Parts = {}) {
  const base = aConfig();
  const config = { ...base, userCode: { ...base.userCode, ...userCode } };
  const log = new RecordingLog();
  const contexts = new CallContexts();
  const options = { sources: ['/project/lib/a.py'], onlyHooks, requireHooks };
  const start = new PythonStart(config, options, contexts, log);
  const newWorker = (given: Readonly<Record<string, JsonObject>> = answers) => {
    const launch = new ScriptedLaunch((message, process) => {
      const { type } = message;
      const answer = typeof type === 'string' ? given[type] : undefined;
      if (answer === undefined) answerStart(message, process);
      else if (answer['error'] === undefined) process.answer(message, answer);
      else process.fail(message, answer['error'] as JsonObject);
    });
    return { worker: new Worker(launch.launch, silentHost, watcher), process: launch.latest };
  };
  return { start, log, contexts, newWorker, ...newWorker() };
}

const failure = (text: string) => ({
  class: 'ValueError',
  text,
  kind: 'raised',
  traceback: null,
  file: '/project/python/setup.py',
  line: 3,
});

describe('PythonStart', () => {
  it('configures the worker with what its code may read', async () => {
    const { start, worker, process } = aStart({
      userCode: {
        secrets: new Secret({ crm: { key: 'k' } }),
        documents: new Secret({ site: { project: 'demo' }, user: { mxcp: 1 } }),
        siteDefaults: { paths: { tools: 'tools' } },
      },
    });

    await start.prepare(worker);

    expect(process.sent).toEqual([
      {
        type: 'configure',
        id: 1,
        protocol: 1,
        root: '/project',
        python_folder: '/project/python',
        plugins_folder: null,
        site: { project: 'demo' },
        user: { mxcp: 1 },
        secrets: { crm: { key: 'k' } },
        settings: { paths: { tools: 'tools' } },
        plugins: [],
        plugin_settings: {},
        profile: 'dev',
        debug: false,
        endpoint_files: ['/project/lib/a.py'],
      },
    ]);
  });

  describe('plugins', () => {
    const functions = [
      { name: 'f_geo', method: 'f', plugin: 'geo', parameters: [], returns: { name: 'DATE' } },
    ];

    it('are loaded before anything else, and offer functions', async () => {
      const { start, worker, process, log } = aStart({
        userCode: { plugins: [plugin], pluginSettings: new Secret({ eu: { zone: '1' } }) },
        answers: { load_plugins: { functions, warnings: ['g has no type hints'] } },
      });

      await start.prepare(worker);

      expect(process.sent).toMatchObject([
        {
          type: 'configure',
          plugins: [plugin],
          plugins_folder: '/project/plugins',
          plugin_settings: { eu: { zone: '1' } },
        },
        { type: 'load_plugins' },
      ]);
      expect(start.functions).toEqual([{ name: 'f_geo', parameters: [], returns: { name: 'DATE' } }]);
      expect(log.lines).toMatchObject([{ level: 'warning', message: 'g has no type hints' }]);
    });

    it('stop the start when one cannot be loaded', async () => {
      const { start, worker } = aStart({
        userCode: { plugins: [plugin] },
        answers: { load_plugins: { error: failure('Failed to import plugin module geo.main: no') } },
      });

      await expect(start.prepare(worker)).rejects.toMatchObject({
        code: 'ENDPOINT_INVALID',
        message: 'Failed to create RuntimeEnvironment: Failed to import plugin module geo.main: no',
      });
    });

    it('keep the functions that the database has, with a warning when a restart offers others', async () => {
      const { start, worker, newWorker, log } = aStart({
        userCode: { plugins: [plugin] },
        answers: { load_plugins: { functions, warnings: [] } },
      });
      await start.prepare(worker);
      await start.prepare(newWorker().worker);
      expect(log.lines).toEqual([]);

      await start.prepare(newWorker({ load_plugins: { functions: [], warnings: [] } }).worker);

      expect(start.functions).toHaveLength(1);
      expect(log.lines).toMatchObject([{ level: 'warning', message: expect.stringContaining('reload') }]);
    });
  });

  it('imports modules, then runs hooks, and logs what failed with its place', async () => {
    const { start, worker, process, log } = aStart({
      onlyHooks: true,
      answers: {
        import_modules: { failures: [{ file: '/project/python/a.py', error: 'ImportError: no module x' }] },
        run_hooks: {
          failures: [{ name: 'warm_up', error: 'ValueError: cold (/project/python/setup.py:3)' }],
        },
      },
    });

    await start.finish(worker);

    expect(process.sent).toMatchObject([
      { type: 'import_modules', only_hooks: true },
      { type: 'run_hooks', which: 'init' },
    ]);
    expect(log.lines).toMatchObject([
      { level: 'error', message: 'Failed to import python/a.py: ImportError: no module x' },
      { level: 'error', message: 'Init hook warm_up failed: ValueError: cold (python/setup.py:3)' },
    ]);
  });

  it('refuses the first start for a failing hook where hooks are required, a later one never', async () => {
    const { start, worker, newWorker } = aStart({
      requireHooks: true,
      answers: {
        run_hooks: {
          failures: [{ name: 'warm_up', error: 'ValueError: cold (/project/python/setup.py:3)' }],
        },
      },
    });

    await expect(start.finish(worker)).rejects.toMatchObject({
      code: 'ENDPOINT_INVALID',
      message:
        'Init hook warm_up failed: ValueError: cold (python/setup.py:3). Repair it, or start with --ignore-errors.',
    });
    await expect(start.finish(newWorker().worker)).resolves.toBeUndefined();
  });

  it('ends the session in which imports and hooks ran their SQL', async () => {
    const { start, worker, contexts } = aStart();
    const database = new ScriptedDatabase();
    contexts.use(database);
    contexts.find('system')?.session();

    await start.finish(worker);

    expect(database.sessions).toMatchObject([{ request: null, isClosed: true }]);
  });
});
