import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditLines } from '../support/audit-lines.ts';
import { repository } from '../support/command.ts';
import { callTool, modernRequest } from '../support/rpc.ts';
import { servedProject } from '../support/served-project.ts';

describe('policies of every kind of endpoint', () => {
  const server = servedProject(join(repository, 'e2e', 'projects', 'governed'));

  const read = (uri: string) => modernRequest(server.url, 'resources/read', { uri });
  const letter = (to: string) =>
    modernRequest(server.url, 'prompts/get', { name: 'letter', arguments: { to } });
  const denied = (reason: string) => ({
    error: { code: 40301, message: `Policy enforcement failed: ${reason}`, data: { reason } },
  });

  /** What `act` leaves in the audit log. */
  async function recorded(act: () => Promise<unknown>) {
    const before = auditLines(server.folder).length;
    await act();
    return auditLines(server.folder).slice(before);
  }

  it('drop sensitive members of nested objects, lists and unions, and mask beside them', async () => {
    const rows = [
      {
        id: 1,
        home: { city: '****' },
        children: [{ name: 'Mia' }, null],
        contact: { kind: 'mobile' },
        codes: [],
      },
    ];
    const { body } = await callTool(server.url, 'staff', {});
    expect(body.result).toMatchObject({ isError: false, content: [{ text: JSON.stringify(rows) }] });
    expect(body.result?.['structuredContent']).toEqual({ result: rows });
  });

  it('judge the converted argument, an empty result and a result that is denied', async () => {
    const text = async (fromId: unknown) => {
      const { body } = await callTool(server.url, 'staff', { from_id: fromId });
      return (body.result?.['content'] as { text: string }[])[0]?.text;
    };
    expect(await text('101')).toBe('Error executing tool staff: Policy enforcement failed: No such staff');
    expect(await text(9)).toBe('[]');
    expect(await text(3)).toBe(
      'Error executing tool staff: Output policy enforcement failed: Output blocked by policy',
    );
  });

  it('reach into lists of lists, leave scalars alone, and refuse content they cannot mask', async () => {
    const plain = await callTool(server.url, 'card', { as: 'rows' });
    const content = await callTool(server.url, 'card', { as: 'content' });
    expect(plain.body.result).toMatchObject({
      content: [{ text: '[[{"iban":"****","bank":"B"}],"a note",null]' }],
    });
    expect(content.body.result).toMatchObject({ isError: true });
    expect(JSON.stringify(content.body)).not.toContain('secret-iban');
  });

  it('guard resources at both ends, and deny when a rule fails', async () => {
    const lines = await recorded(async () => {
      expect((await read('staff://7/profile')).body).toMatchObject(denied('Seven is private'));
      expect((await read('staff://%37/profile')).body).toMatchObject(denied('Seven is private'));
      expect((await read('staff://9/profile')).body).toMatchObject(denied('Policy evaluation error'));
      const { body } = await read('staff://8/profile');
      expect(JSON.parse((body.result?.['contents'] as { text: string }[])[0]?.text ?? '')).toEqual([
        { id: 8, note: 1 },
      ]);
    });
    expect(lines).toMatchObject([
      { policy_decision: 'deny', policy_reason: 'Seven is private' },
      { policy_decision: 'deny', policy_reason: 'Seven is private' },
      {
        policy_decision: 'deny',
        policies_evaluated: [
          'input[0]: id == 7',
          'output[0]: params.id == 8',
          'output[1]: response[0].note > 5 (error)',
        ],
      },
      { policy_decision: 'warn', policy_reason: 'Output modified by filter_fields' },
    ]);
  });

  it('guard prompts and what they embed, and leave a line for each', async () => {
    const lines = await recorded(async () => {
      expect((await letter('nobody')).body).toMatchObject(denied('Write to somebody'));
      expect((await letter('a secret')).body).toMatchObject(denied('Output blocked by policy'));
      expect((await letter('seven')).body).toMatchObject(denied('Seven is private'));
      expect((await letter('all')).body.result).toMatchObject({
        messages: [{ content: { text: '****' } }, { content: { text: '****' } }],
      });
    });
    expect(lines.map(({ operation_name, policy_decision }) => [operation_name, policy_decision])).toEqual([
      ['letter', 'deny'],
      ['letter', 'deny'],
      ['letter', 'allow'],
      ['staff://{id}/profile', 'deny'],
      ['letter', 'warn'],
    ]);
  });
});
