import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { principalFromContext } from '../../../../src/common/domain/principal.js';
import { Secret } from '../../../../src/common/domain/secret.js';
import { PythonProject } from '../../../builders/a-python-project.js';

/** Notes what a context holds, one line of JSON for each situation; nothing may raise. */
const diary = `
import json, os
from mxcp.runtime import config, db, plugins
from mxcp.sdk.auth.context import get_user_context
from mxcp.sdk.executor.context import get_execution_context

def held():
    context = get_execution_context()
    user = get_user_context()
    try:
        rows = db.execute('SELECT 1 AS n')
    except Exception as error:
        rows = str(error)
    return {
        'rows': rows,
        'secret': config.get_secret('crm'),
        'plugins': plugins.list(),
        'user': user and user.username,
        'headers': context.get('request_headers'),
        'transport': context.get('transport'),
        'mcp': context.get('mcp') is not None,
    }

def note(situation):
    with open(os.path.join(os.path.dirname(__file__), 'diary.txt'), 'a') as file:
        file.write(json.dumps([situation, held()]) + '\\n')
`;

const plugin = `
from diary import note
from mxcp.plugins import MXCPBasePlugin, on_shutdown

class MXCPPlugin(MXCPBasePlugin):
    def __init__(self, config):
        super().__init__(config)
        note('constructor')
    def shutdown(self): note('plugin shutdown')

@on_shutdown
def after(): note('plugin hook')
`;

const kit = `
import asyncio, threading
from diary import held, note
from mxcp.runtime import mcp, on_init, on_shutdown, reload_duckdb

note('import')

@on_init
def begin(): note('init')

@on_init
async def begin_slowly():
    await asyncio.sleep(0)
    note('async init')

@on_shutdown
def end():
    note('shutdown')

def holds(): return held()

def in_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(held()))
    thread.start()
    thread.join()
    return found[0]

async def in_task(): return await asyncio.create_task(asyncio.to_thread(held))

def tells(): asyncio.run(mcp.info('hello', extra=1)); asyncio.run(mcp.progress(1)); return 'told'

def reloads(): reload_duckdb()
`;

const always = { rows: [{ n: 1 }], secret: { key: 'k' }, plugins: ['p'] };
const nobody = { user: null, headers: null, transport: null, mcp: false };
const ada = principalFromContext({ user_id: 'u', username: 'ada' }, 'cli', 'x');

describe('the context of Python code', () => {
  let project: PythonProject;

  beforeEach(async () => {
    project = await PythonProject.open(kit, {
      files: { 'diary.py': diary, 'plugins/noting.py': plugin },
      userCode: {
        plugins: [{ name: 'p', module: 'noting', config: null }],
        secrets: new Secret({ crm: { key: 'k' } }),
      },
    });
  });
  afterEach(() => project.close());

  async function noted(): Promise<Record<string, unknown>> {
    const lines = (await readFile(join(project.folder, 'diary.txt'), 'utf8')).trim().split('\n');
    return Object.fromEntries(lines.map((line) => JSON.parse(line) as [string, unknown]));
  }

  it('of imports and hooks has everything but a caller', async () => {
    await project.executors.dispose();

    expect(await noted()).toMatchObject({
      import: { ...always, ...nobody },
      init: { ...always, ...nobody },
      'async init': { ...always, ...nobody },
      shutdown: { ...always, ...nobody },
    });
  });

  it('of a plugin being built or shut down has the configuration', async () => {
    await project.executors.dispose();

    expect(await noted()).toMatchObject({
      constructor: { rows: expect.any(String), secret: always.secret, ...nobody },
      'plugin shutdown': { ...always, plugins: [], ...nobody },
      'plugin hook': { ...always, plugins: [], ...nobody },
    });
  });

  it.each([
    ['http', 'streamable-http'],
    ['stdio', 'stdio'],
    ['cli', 'cli'],
    ['test', 'cli-test'],
  ] as const)('of a call by %s has its caller, in tasks and threads too', async (origin, transport) => {
    const call = { origin, principal: ada, headers: { 'x-team': 'blue' } };
    const expected = { ...always, user: 'ada', headers: { 'x-team': 'blue' }, transport, mcp: true };

    expect(await project.value('holds', {}, call)).toEqual(expected);
    expect(await project.value('in_thread', {}, call)).toEqual(expected);
    expect(await project.value('in_task', {}, call)).toEqual(expected);
  });

  it('of a call without user has none', async () => {
    expect(await project.value('holds', {}, { origin: 'http' })).toMatchObject({ user: null, headers: {} });
  });

  it('may tell a caller that does not listen, with any extras', async () => {
    expect(await project.value('tells')).toBe('told');
  });

  it('reloads in a server only', async () => {
    await expect(project.value('reloads')).rejects.toThrow(
      'Server reference not available in context. This function can only be called from within MXCP server endpoints.',
    );
  });
});
