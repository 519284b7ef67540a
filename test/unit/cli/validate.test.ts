import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/modules/cli/program.js';
import { aConfig, noAuth } from '../../builders/a-config.js';
import { aProblem, CoreFixture, type CoreParts } from '../../builders/a-core.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { FakeHost } from '../../fakes/fake-host.js';

async function validate(parts: CoreParts, argv: readonly string[] = [], cwd = '/project') {
  const core = new CoreFixture(parts);
  const host = new FakeHost(['validate', ...argv], { context: core.context, cwd });
  return { code: await runProgram(host), host, core };
}

const good = anEndpoint({ id: 'good', file: 'tools/good.yml' });
const bad = aProblem({ line: 3, column: 5 });
const second = aProblem({ location: 'tool.foo', message: 'Extra inputs are not permitted', line: 9 });
const warning = aProblem({
  file: 'tools/good.yml',
  location: 'tool.parameters.0.default',
  message: 'does not fit',
  severity: 'warning',
});
const mixed = { endpoints: [good], problems: [bad, second], files: ['tools/bad.yml'] };

describe('mxcp validate', () => {
  it('lists every file with its first problem as message, sorted', async () => {
    const { code, host, core } = await validate(mixed, ['--json']);

    expect(core.starts).toEqual([{ check: 'report' }]);
    expect(host.json).toEqual({
      status: 'ok',
      result: {
        status: 'error',
        validated: [
          {
            status: 'error',
            path: 'tools/bad.yml',
            message: 'tool.source: Field required',
            problems: [
              { location: 'tool.source', message: 'Field required', line: 3, column: 5 },
              { location: 'tool.foo', message: 'Extra inputs are not permitted', line: 9, column: null },
            ],
          },
          { status: 'ok', path: 'tools/good.yml' },
        ],
      },
    });
    expect(code).toBe(1);
  });

  it('shows people where each problem stands', async () => {
    const { code, host } = await validate(mixed);

    expect(host.output).toBe(
      [
        '',
        '🔍 Validation Results',
        '   Validated 2 endpoint files',
        '   • 1 passed',
        '   • 1 failed',
        '',
        '❌ Failed validation:',
        '  ✗ tools/bad.yml',
        '    Error: tool.source: Field required',
        '      at tools/bad.yml:3:5',
        '    Error: tool.foo: Extra inputs are not permitted',
        '      at tools/bad.yml:9',
        '',
        '✅ Passed validation:',
        '  ✓ tools/good.yml',
        '',
        '💡 Tip: Fix validation errors to ensure endpoints work correctly',
        '',
      ].join('\n'),
    );
    expect(code).toBe(1);
  });

  it('ends with 0 when all are valid', async () => {
    const { code, host } = await validate({ endpoints: [good] });

    expect(host.output).toBe(
      '\n🔍 Validation Results\n   Validated 1 endpoint files\n   • 1 passed\n\n✅ Passed validation:\n  ✓ tools/good.yml\n\n🎉 All endpoints are valid!\n',
    );
    expect(code).toBe(0);
  });

  it('reports warnings without failing, unless strict', async () => {
    const parts = { endpoints: [good], problems: [warning] };
    const lenient = await validate(parts, ['--json']);
    const strict = await validate(parts, ['--json', '--strict']);

    const warnings = [
      { location: 'tool.parameters.0.default', message: 'does not fit', line: null, column: null },
    ];
    const path = 'tools/good.yml';
    expect(lenient.host.json).toEqual({
      status: 'ok',
      result: { status: 'ok', validated: [{ status: 'ok', path, warnings }] },
    });
    expect(strict.host.json).toEqual({
      status: 'ok',
      result: {
        status: 'error',
        validated: [{ status: 'error', path, message: 'tool.parameters.0.default: does not fit', warnings }],
      },
    });
    expect([lenient.code, strict.code]).toEqual([0, 1]);
  });

  it('keeps warnings about files that define no endpoint apart', async () => {
    const skipped = aProblem({
      file: 'tools/old.yaml',
      location: '',
      message: 'Skipping tools/old.yaml',
      severity: 'warning',
    });

    const { code, host } = await validate({ endpoints: [good], problems: [skipped] }, ['--json']);
    const strict = await validate({ endpoints: [good], problems: [skipped] }, ['--strict']);

    expect(host.json).toMatchObject({
      result: { validated: [{ path: 'tools/good.yml' }], warnings: [{ path: 'tools/old.yaml' }] },
    });
    expect(strict.host.output).toContain(
      '⚠️  Warnings:\n  • tools/old.yaml\n    Warning: Skipping tools/old.yaml\n',
    );
    expect([code, strict.code]).toEqual([0, 1]);
  });

  it('passes on what the configuration warns of, on stderr', async () => {
    const config = aConfig({ warnings: ['Secret crm is declared but not defined'] });

    const { code, host } = await validate({ endpoints: [good], config }, ['--json']);

    expect(host.errors).toBe('⚠️  Secret crm is declared but not defined\n');
    expect(code).toBe(0);
  });

  it('fails for a project without endpoints', async () => {
    const json = await validate({}, ['--json']);
    const human = await validate({});

    expect(json.host.json).toEqual({
      status: 'ok',
      result: { status: 'error', validated: [], message: 'No endpoints found' },
    });
    expect(human.host.output).toBe('ℹ️  No endpoints found to validate\n');
    expect([json.code, human.code]).toEqual([1, 1]);
  });

  it('takes one file by its path from the working directory', async () => {
    const { code, host } = await validate(mixed, ['good.yml', '--json'], '/project/tools');

    expect(host.json).toEqual({ status: 'ok', result: { status: 'ok', path: 'tools/good.yml' } });
    expect(code).toBe(0);
  });

  it.each(['good', 'bad'])('takes one file by the name of its endpoint: %s', async (name) => {
    const { host } = await validate(mixed, [name, '--json']);

    expect(host.json).toMatchObject({ result: { path: `tools/${name}.yml` } });
  });

  it('shows one file to people', async () => {
    const ok = await validate(mixed, ['tools/good.yml']);
    const failed = await validate(mixed, ['tools/bad.yml']);

    expect(ok.host.output).toBe('✅ Validation passed!\n\n📄 File: tools/good.yml\n');
    expect(failed.host.output).toBe(
      [
        '❌ Validation failed!',
        '',
        '📄 File: tools/bad.yml',
        '',
        'Error: tool.source: Field required',
        '  at tools/bad.yml:3:5',
        '',
        'Error: tool.foo: Extra inputs are not permitted',
        '  at tools/bad.yml:9',
        '',
      ].join('\n'),
    );
    expect([ok.code, failed.code]).toEqual([0, 1]);
  });

  it('fails for an unknown file, with the path as typed', async () => {
    const { code, host } = await validate(mixed, ['tools/none.yml', '--json']);

    expect(host.json).toEqual({
      status: 'ok',
      result: {
        status: 'error',
        path: 'tools/none.yml',
        message: 'Endpoint file not found or not a valid endpoint',
      },
    });
    expect(code).toBe(1);
  });

  describe('with settings that the server would not start with', () => {
    const config = aConfig({ auth: { ...noAuth, problems: ['auth is wrong', 'so is this'] } });

    it('fails, and says so beside sound files', async () => {
      const { code, host } = await validate({ endpoints: [good], config });

      expect(code).toBe(1);
      expect(host.output).toContain('\n❌ The server would not start:\n  • auth is wrong\n  • so is this\n');
      expect(host.output).toContain('  ✓ tools/good.yml\n');
    });

    it('gives scripts the same', async () => {
      const { code, host } = await validate({ endpoints: [good], config }, ['--json']);

      expect(code).toBe(1);
      expect(host.json).toEqual({
        status: 'ok',
        result: {
          status: 'error',
          validated: [{ status: 'ok', path: 'tools/good.yml' }],
          problems: [
            { location: 'config', message: 'auth is wrong', line: null, column: null },
            { location: 'config', message: 'so is this', line: null, column: null },
          ],
        },
      });
    });

    it('says so without a single file', async () => {
      const { host } = await validate({ config });

      expect(host.output).toContain('❌ The server would not start:\n  • auth is wrong\n');
    });

    it('judges one file by itself', async () => {
      expect((await validate({ endpoints: [good], config }, ['good'])).code).toBe(0);
    });
  });
});
