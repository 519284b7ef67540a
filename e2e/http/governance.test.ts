import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditLines } from '../support/audit-lines.ts';
import { examples, mxcp } from '../support/command.ts';
import { callTool, modernRequest } from '../support/rpc.ts';
import { servedProject } from '../support/served-project.ts';

describe('policy and audit of the people example', () => {
  const server = servedProject(join(examples, 'people'));

  it('leaves one line each for a denied, a failed and a good call, with the deciding rule', async () => {
    const before = auditLines(server.folder).length;

    const denied = await callTool(server.url, 'headcount', {});
    const failed = await modernRequest(server.url, 'resources/read', { uri: 'people://nobody/card' });
    const good = await modernRequest(server.url, 'resources/read', { uri: 'people://4/card' });

    expect(denied.body.result).toMatchObject({
      isError: true,
      content: [
        {
          type: 'text',
          text: 'Error executing tool headcount: Policy enforcement failed: Headcount figures are for managers and the People team',
        },
      ],
    });
    expect(failed.body.error?.code).toBe(-32602);
    expect(good.body.result).toMatchObject({ contents: [{ text: expect.stringContaining('Tomás Ortega') }] });
    expect(auditLines(server.folder).slice(before)).toMatchObject([
      {
        operation_name: 'headcount',
        operation_status: 'error',
        policy_decision: 'deny',
        policy_reason: 'Headcount figures are for managers and the People team',
        policies_evaluated: ["input[0]: !(user.role in ['people', 'manager'])"],
        caller_type: 'http',
      },
      { operation_name: 'people://{id}/card', operation_status: 'error', policy_decision: null },
      {
        operation_name: 'people://{id}/card',
        operation_status: 'success',
        policy_decision: null,
        error: null,
      },
    ]);
  });

  it('judges and records the command line alike', async () => {
    const run = (role: string) =>
      mxcp(
        [
          'run',
          'tool',
          'find_people',
          '-p',
          'name=rossi',
          '--json',
          '--user-context',
          JSON.stringify({ role }),
        ],
        { cwd: server.folder, env: { MXCP_READONLY: '1' } },
      );
    const before = auditLines(server.folder).length;
    await server.stop();

    const [people, manager, engineer] = [await run('people'), await run('manager'), await run('engineer')];
    const anonymous = await mxcp(['run', 'tool', 'find_people', '--json'], { cwd: server.folder });

    const row = (text: string): unknown => (JSON.parse(text) as { result: unknown[] }).result[0];
    expect(row(people.stdout)).toMatchObject({ salary: 101000, national_id: 'SR-453-19-6026' });
    expect(row(manager.stdout)).toMatchObject({ salary: '****' });
    expect(row(manager.stdout)).not.toHaveProperty('national_id');
    expect(row(engineer.stdout)).not.toHaveProperty('salary');
    expect(anonymous).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Policy enforcement failed: Sign in first'),
    });
    expect(auditLines(server.folder).slice(before)).toMatchObject([
      { policy_decision: 'allow', caller_type: 'cli' },
      { policy_decision: 'warn' },
      { policy_decision: 'warn', policy_reason: 'Output modified by filter_sensitive_fields' },
      { policy_decision: 'deny', policy_reason: 'Sign in first' },
    ]);
  });

  it('never writes a sensitive value into the audit log', () => {
    const text = readdirSync(join(server.folder, 'audit'))
      .map((name) => readFileSync(join(server.folder, 'audit', name), 'utf8'))
      .join('');

    // the fraction of a second may have these digits
    expect(text).not.toMatch(/(?<![.\d])101000|SR-453-19-6026/);
  });
});
