import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, openIdAuth } from '../../support/auth-project.ts';
import { negotiation, textOf, type Era } from '../../support/client.ts';
import { startFakeOpenId, type Claims, type FakeOpenId } from '../../support/fake-openid.ts';
import { OAuthClient } from '../../support/oauth-client.ts';
import type { RunningServer } from '../../support/server.ts';

/** Only ada is in a team that may post. */
const people = [
  {
    sub: 'u-ada',
    preferred_username: 'ada',
    email: 'ada@acme.test',
    name: 'Ada Lovelace',
    org: { teams: ['treasury'] },
  },
  {
    sub: 'u-bob',
    preferred_username: 'bob',
    email: 'bob@acme.test',
    name: 'Bob Stone',
    org: { teams: ['sales'] },
  },
] as const;

function tool(name: string, more: object): string {
  return JSON.stringify({ mxcp: 1, tool: { name, description: `The tool ${name}`, ...more } });
}

const files = {
  'tools/by_sql.yml': tool('by_sql', {
    return: { type: 'object' },
    source: {
      code: `SELECT get_username() AS username, get_user_email() AS email, get_user_provider() AS provider,
        get_user_external_token() AS token, get_request_headers_json() AS headers,
        get_request_header('X-Team') AS team`,
    },
  }),
  'tools/by_python.yml': tool('by_python', { language: 'python', source: { file: '../python/who.py' } }),
  'tools/by_typescript.yml': tool('by_typescript', {
    language: 'typescript',
    source: { file: '../typescript/who.ts' },
  }),
  'tools/by_policy.yml': tool('by_policy', {
    parameters: [{ name: 'name', type: 'string', description: 'Whom the caller takes themselves for' }],
    return: { type: 'object' },
    source: { code: 'SELECT $name AS agreed' },
    policies: {
      input: [
        { condition: 'user.username != name', action: 'deny', reason: 'somebody else' },
        {
          condition: "user.name == 'Ada Lovelace' && !('ledger.post' in user.capabilities)",
          action: 'deny',
          reason: 'ada may post',
        },
        {
          condition: "user.provider != 'acme' || user.email != name + '@acme.test'",
          action: 'deny',
          reason: 'other facts',
        },
      ],
    },
  }),
  'tools/post.yml': tool('post', {
    return: { type: 'object' },
    source: { code: 'SELECT true AS posted' },
    policies: {
      input: [
        {
          condition: "!('ledger.post' in user.capabilities)",
          action: 'deny',
          reason: 'posting needs ledger.post',
        },
      ],
    },
  }),
  'python/who.py': `
from mxcp.sdk.auth.context import get_user_context
from mxcp.sdk.executor.context import get_execution_context

def by_python():
    user, context = get_user_context(), get_execution_context()
    assert context.username == user.username and context.external_token == user.external_token
    headers = context.get('request_headers')
    return {
        'username': user.username, 'email': user.email, 'provider': user.provider, 'token': user.external_token,
        'capabilities': user.capabilities, 'headers': dict(headers), 'team': headers.get('X-Team'),
    }
`,
  'typescript/who.ts': `
import { headers, user } from 'mxcp-server/runtime';

export default async function by_typescript() {
  const [who, sent] = [await user(), await headers()];
  return {
    username: who?.username, email: who?.email, provider: who?.provider, token: who?.externalToken,
    capabilities: who?.capabilities, headers: sent, team: sent['x-team'],
  };
}
`,
} as const;

const calledTools = ['by_sql', 'by_python', 'by_typescript', 'by_policy', 'by_policy', 'post'];

const credentials = {
  'x-api-key': 'key-of-somebody-else',
  cookie: 'session=of-somebody-else',
  'proxy-authorization': 'Basic b2Y6c29tZWJvZHk=',
};

describe('one person', () => {
  const project = new AuthFolder();
  let provider: FakeOpenId;
  let server: RunningServer;

  beforeAll(async () => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project.folder, name)), { recursive: true });
      writeFileSync(join(project.folder, name), text);
    }
    provider = await startFakeOpenId();
    provider.opaque = true;
    const auth = openIdAuth(provider) as { readonly oidc: object };
    const oidc = {
      ...auth.oidc,
      provider_name: 'acme',
      claim_mappings: { 'org.teams': { treasury: ['ledger.read', 'ledger.post'] } },
    };
    server = await project.serve({ ...auth, oidc });
  });

  afterAll(async () => {
    await project.remove();
    await provider.stop();
  });

  async function connect(era: Era, user: Claims): Promise<{ client: Client; token: string }> {
    provider.user = user;
    const { accessToken: token } = await (await OAuthClient.register(server.url)).signIn();
    const client = new Client({ name: 'e2e', version: '1' }, { versionNegotiation: negotiation[era] });
    const headers = { ...credentials, authorization: `Bearer ${token}`, 'x-team': 'blue' };
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }),
    );
    return { client, token };
  }

  describe.each(['legacy', 'modern'] as const)('in the %s era', (era) => {
    it.each(people)(
      '$preferred_username is seen by SQL, Python, TypeScript, policies and audit',
      async (user) => {
        const { client, token } = await connect(era, user);
        const answers: Record<string, unknown>[] = [];
        for (const name of ['by_sql', 'by_python', 'by_typescript']) {
          const text = textOf(await client.callTool({ name, arguments: {} }));
          for (const secret of [token, ...Object.values(credentials)]) expect(text).not.toContain(secret);
          answers.push(JSON.parse(text) as Record<string, unknown>);
        }
        const agreed = await client.callTool({
          name: 'by_policy',
          arguments: { name: user.preferred_username },
        });
        const other = await client.callTool({ name: 'by_policy', arguments: { name: 'carol' } });
        const posted = await client.callTool({ name: 'post', arguments: {} });
        await client.close();

        const mayPost = user.sub === 'u-ada';
        const facts = {
          username: user.preferred_username,
          email: user.email,
          provider: 'acme',
          team: 'blue',
        };
        for (const answer of answers) expect(answer).toMatchObject(facts);
        expect(new Set(answers.map(({ token: upstream }) => upstream)).size).toBe(1);
        expect(answers[0]?.['token']).toMatch(/^opaque_/);
        const capabilities = mayPost ? ['ledger.post', 'ledger.read'] : [];
        expect(answers.slice(1).map((answer) => answer['capabilities'])).toEqual([
          capabilities,
          capabilities,
        ]);
        expect(textOf(agreed)).toBe(JSON.stringify({ agreed: user.preferred_username }));
        expect(textOf(other)).toContain('somebody else');
        expect(posted.isError ?? false).toBe(!mayPost);
        const calls = project.auditRecords().filter(({ operation_type: type }) => type === 'tool');
        const last = calls.slice(-6);
        expect(last.map((record) => record['operation_name'])).toEqual(calledTools);
        expect(new Set(last.map((record) => record['user_id']))).toEqual(new Set([user.sub]));
        expect(JSON.stringify(calls)).not.toContain('opaque_');
      },
    );
  });
});
