import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/modules/cli/program.js';
import { aConfig } from '../../builders/a-config.js';
import { aProblem, CoreFixture, type CoreParts } from '../../builders/a-core.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { FakeHost } from '../../fakes/fake-host.js';

async function list(parts: CoreParts, ...argv: string[]) {
  const core = new CoreFixture(parts);
  const host = new FakeHost(['list', ...argv], { context: core.context });
  return { code: await runProgram(host), host, core };
}

const project: CoreParts = {
  endpoints: [
    anEndpoint({ id: 'eta', file: 'tools/eta.yml' }),
    anEndpoint({ kind: 'resource', id: 'fleet://{vin}', file: 'resources/fleet.yml' }),
    anEndpoint({ kind: 'prompt', id: 'review', file: 'prompts/review.yml' }),
    anEndpoint({ id: 'list_tables', file: null }),
  ],
  problems: [
    aProblem({ line: 3, column: 5 }),
    aProblem({ location: 'tool.foo', message: 'Extra inputs are not permitted' }),
    aProblem({ file: 'tools/eta.yml', severity: 'warning' }),
  ],
};

describe('mxcp list', () => {
  it('lists every file by absolute path', async () => {
    const { code, host, core } = await list(project, '--json-output');

    expect(host.json).toEqual({
      status: 'ok',
      result: {
        status: 'error',
        endpoints: [
          { path: '/project/prompts/review.yml', kind: 'prompt', name: 'review', error: '' },
          { path: '/project/resources/fleet.yml', kind: 'resource', name: 'fleet://{vin}', error: '' },
          {
            path: '/project/tools/bad.yml',
            kind: 'unknown',
            name: 'unknown',
            error: 'tool.source: Field required',
          },
          { path: '/project/tools/eta.yml', kind: 'tool', name: 'eta', error: '' },
        ],
      },
    });
    expect(code).toBe(0);
    expect(core.starts).toEqual([]);
  });

  it('shows them by kind, with every error of a file and its place', async () => {
    const { host } = await list(project);

    expect(host.output).toBe(
      [
        '',
        '📋 Endpoints Discovery',
        '   Found 4 endpoint files',
        '   • 3 valid',
        '   • 1 failed',
        '',
        '❌ Failed endpoints:',
        '  ✗ /project/tools/bad.yml',
        '    Error: tool.source: Field required',
        '      at tools/bad.yml:3:5',
        '    Error: tool.foo: Extra inputs are not permitted',
        '',
        '✅ Valid endpoints:',
        '',
        '  🔧 Tools:',
        '    ✓ eta (/project/tools/eta.yml)',
        '',
        '  📦 Resources:',
        '    ✓ fleet://{vin} (/project/resources/fleet.yml)',
        '',
        '  💬 Prompts:',
        '    ✓ review (/project/prompts/review.yml)',
        '',
      ].join('\n'),
    );
  });

  it('tells on stderr what is odd: in the configuration, in a definition', async () => {
    const config = aConfig({ warnings: ['Secret crm is declared but not defined'] });
    const { host } = await list({ ...project, config }, '--json');

    expect(host.errors).toBe(
      '⚠️  Secret crm is declared but not defined\n⚠️  tools/eta.yml: tool.source: Field required\n',
    );
  });

  it('is content with an empty project', async () => {
    const { code, host } = await list({});

    expect(host.output).toBe('ℹ️  No endpoints found\n');
    expect(code).toBe(0);
  });
});
