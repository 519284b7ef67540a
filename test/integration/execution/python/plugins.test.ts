import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { principalFromContext } from '../../../../src/common/domain/principal.js';
import { Secret } from '../../../../src/common/domain/secret.js';
import { PythonCode } from '../../../../src/modules/execution/python/python-code.js';
import { SystemClock } from '../../../../src/modules/telemetry/system-clock.js';
import { aCall } from '../../../builders/a-call.js';
import { aConfig } from '../../../builders/a-config.js';
import { anExecutorRequest } from '../../../builders/an-executor-request.js';
import { RecordingLog } from '../../../fakes/recording-log.js';
import { RecordingMetrics } from '../../../fakes/recording-metrics.js';
import { ScriptedDatabase } from '../../../fakes/scripted-database.js';

const plugin = `
import os
from mxcp.plugins import MXCPBasePlugin, udf
from mxcp.runtime import db
from mxcp.sdk.auth.context import get_user_context

class MXCPPlugin(MXCPBasePlugin):
    def __init__(self, config):
        super().__init__(config)
        self.rate = float(config['rate'])

    @udf
    def scaled(self, amount: float) -> float:
        return amount * self.rate

    @udf
    def whoami(self) -> str:
        user = get_user_context()
        return user.user_id if user else 'nobody'

    @udf
    def joined(self, items: list[str]) -> str:
        return ','.join('-' if item is None else item for item in items)

    @udf
    def queries(self, n: int) -> int:
        return db.execute('SELECT 1')

    @udf
    def fails(self, text: str) -> str:
        raise ValueError(text)

    @udf
    def leaves(self) -> int:
        os._exit(7)

    def shutdown(self):
        open(os.path.join(os.path.dirname(__file__), 'stopped'), 'w').close()
`;

const never = new AbortController().signal;

describe('plugin functions', () => {
  let root: string;
  let code: PythonCode | null = null;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mxcp-plugins-'));
    await mkdir(join(root, 'plugins'));
    await writeFile(join(root, 'plugins/rates.py'), plugin);
  });
  afterEach(async () => {
    await code?.exit();
    code = null;
    await rm(root, { recursive: true, force: true });
  });

  async function start(): Promise<PythonCode> {
    const base = aConfig();
    code = await PythonCode.start(
      anExecutorRequest({
        config: {
          ...base,
          project: { ...base.project, root },
          paths: { ...base.paths, python: join(root, 'python'), plugins: join(root, 'plugins') },
          userCode: {
            ...base.userCode,
            plugins: [{ name: 'eu', module: 'rates', config: 'eu' }],
            pluginSettings: new Secret({ eu: { rate: '2.5' } }),
          },
        },
      }),
      { log: new RecordingLog(), metrics: new RecordingMetrics(), clock: new SystemClock() },
    );
    if (code === null) throw new TypeError('Python was not started');
    return code;
  }

  it('are offered with their types before the database is open', async () => {
    const { functions } = await start();

    expect(functions).toContainEqual({
      name: 'scaled_eu',
      parameters: [{ name: 'DOUBLE' }],
      returns: { name: 'DOUBLE' },
    });
    expect(functions).toContainEqual({
      name: 'joined_eu',
      parameters: [{ name: 'LIST', items: { name: 'VARCHAR' } }],
      returns: { name: 'VARCHAR' },
    });
  });

  it('run over whole chunks, in the name of whoever calls', async () => {
    const functions = await start();
    const ada = aCall({ principal: principalFromContext({ user_id: 'ada' }, 'cli', 'x') });

    expect(await functions.call('scaled_eu', [[1, 2, 4]], 3, ada, never)).toEqual([2.5, 5, 10]);
    expect(await functions.call('joined_eu', [[['a', null], []]], 2, ada, never)).toEqual(['a,-', '']);
    expect(await functions.call('whoami_eu', [], 2, ada, never)).toEqual(['ada', 'ada']);
    expect(await functions.call('whoami_eu', [], 1, null, never)).toEqual(['nobody']);
  });

  it('cannot run SQL, which would wait for themselves', async () => {
    const functions = await start();
    await functions.begin(new ScriptedDatabase());

    await expect(functions.call('queries_eu', [[1]], 1, aCall(), never)).rejects.toThrow(
      'inside a SQL function',
    );
  });

  it('fail with the exception of the first row', async () => {
    const functions = await start();

    await expect(functions.call('fails_eu', [['one', 'two']], 2, aCall(), never)).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: expect.stringContaining('ValueError: one'),
    });
  });

  it('fail when their worker is lost, and come back with the next', async () => {
    const functions = await start();
    await functions.begin(new ScriptedDatabase());

    await expect(functions.call('leaves_eu', [], 1, aCall(), never)).rejects.toMatchObject({
      code: 'WORKER_LOST',
      message: 'Python worker exited (code 7)',
    });
    expect(await functions.call('scaled_eu', [[2]], 1, null, never)).toEqual([5]);
  });

  it('end with the plugins, which are shut down', async () => {
    const functions = await start();
    await functions.begin(new ScriptedDatabase());

    await functions.stop();
    await functions.exit();

    await expect(access(join(root, 'plugins/stopped'))).resolves.toBeUndefined();
    await expect(functions.call('scaled_eu', [[2]], 1, null, never)).rejects.toMatchObject({
      code: 'WORKER_LOST',
    });
  });
});
