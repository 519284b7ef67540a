import { describe, expect, it } from 'vitest';
import type { Limits } from '../../../src/common/domain/limits.js';
import { valueOutput } from '../../../src/common/domain/output.js';
import { ExecutionCancelledError, ExecutionFailedError } from '../../../src/common/errors/endpoint-errors.js';
import type { Execution, Executor } from '../../../src/common/ports/executor.js';
import { ExecutorSet } from '../../../src/modules/execution/executor-set.js';
import { aCall } from '../../builders/a-call.js';
import { anEndpoint } from '../../builders/an-endpoint.js';

const limits: Limits = { rows: 10, bytes: 100, timeoutMs: 1000 };

/** An executor whose runs do what the test says. */
class ScriptedExecutor implements Executor {
  readonly language = 'sql';
  readonly executions: Execution[] = [];
  disposals = 0;

  constructor(private readonly work: (execution: Execution) => Promise<void> = () => Promise.resolve()) {}

  check() {
    return Promise.resolve([]);
  }

  async execute(_endpoint: unknown, _input: unknown, execution: Execution) {
    this.executions.push(execution);
    await this.work(execution);
    return valueOutput('done');
  }

  dispose() {
    this.disposals += 1;
    return Promise.resolve();
  }
}

/** Runs until its signal fires, as a cancelled executor does. */
const untilStopped = ({ signal }: Execution) =>
  new Promise<void>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new ExecutionCancelledError());
    });
  });

describe('ExecutorSet', () => {
  it('runs an endpoint under the limits given', async () => {
    const executor = new ScriptedExecutor();

    await new ExecutorSet([executor]).execute(anEndpoint(), {}, aCall(), limits);

    expect(executor.executions).toMatchObject([{ limits }]);
  });

  it('tells a deadline from a cancellation', async () => {
    const set = new ExecutorSet([new ScriptedExecutor(untilStopped)]);
    const short = { ...limits, timeoutMs: 20 };
    const caller = new AbortController();

    await expect(set.execute(anEndpoint(), {}, aCall(), short)).rejects.toMatchObject({
      code: 'EXECUTION_TIMEOUT',
      message: 'The call did not finish within 20 ms and was stopped',
    });
    const call = set.execute(anEndpoint(), {}, aCall({ signal: caller.signal }), limits);
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
  });

  it('passes failures on', async () => {
    const failing = new ScriptedExecutor(() => Promise.reject(new ExecutionFailedError('no')));

    await expect(new ExecutorSet([failing]).execute(anEndpoint(), {}, aCall(), limits)).rejects.toThrow('no');
  });

  it.each(['python', 'typescript'] as const)('refuses %s, when checked and when called', async (language) => {
    const set = new ExecutorSet([new ScriptedExecutor()]);
    const endpoint = anEndpoint({ language, sourcePosition: { line: 7, column: 5 } });
    const message = `Endpoints in ${language} cannot run here: their definitions have errors`;

    expect(await set.check(endpoint)).toMatchObject([
      { file: 'tools/echo.yml', severity: 'error', message, line: 7, column: 5 },
    ]);
    await expect(set.execute(endpoint, {}, aCall(), limits)).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message,
    });
    expect(await set.check(anEndpoint())).toEqual([]);
  });

  it('disposes every executor', async () => {
    const executor = new ScriptedExecutor();

    await new ExecutorSet([executor]).dispose();

    expect(executor.disposals).toBe(1);
  });

  describe('with code of the project', () => {
    const aSet = () => {
      const order: string[] = [];
      const note = (step: string) => () => {
        order.push(step);
        return Promise.resolve();
      };
      const executor = Object.assign(new ScriptedExecutor(), { dispose: note('database closed') });
      const set = new ExecutorSet([executor], {
        canRun: () => false,
        stop: note('hooks'),
        exit: note('exit'),
      });
      return { set, order, note };
    };

    it('stops it before the database closes and ends it after the work for which that was closed', async () => {
      const { set, order, note } = aSet();

      await set.dispose(note('work'));

      expect(order).toEqual(['hooks', 'database closed', 'work', 'exit']);
    });

    it('closes the database also when a stop hook cannot be run', async () => {
      const executor = new ScriptedExecutor();
      const code = {
        canRun: () => true,
        stop: () => Promise.reject(new Error('no hook')),
        exit: () => Promise.resolve(),
      };

      await expect(new ExecutorSet([executor], code).dispose()).rejects.toThrow('no hook');
      expect(executor.disposals).toBe(1);
    });

    it('says whether that can run', () => {
      expect(aSet().set.canRun()).toBe(false);
      expect(new ExecutorSet([]).canRun()).toBe(true);
    });

    it('ends it whatever happens', async () => {
      const { set, order } = aSet();

      await expect(set.dispose(() => Promise.reject(new Error('work failed')))).rejects.toThrow(
        'work failed',
      );
      expect(order).toEqual(['hooks', 'database closed', 'exit']);
    });
  });
});
