import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, githubAuth, openIdAuth } from '../../support/auth-project.ts';
import { textOf } from '../../support/client.ts';
import { startFakeGitHub, type FakeGitHub } from '../../support/fake-github.ts';
import { startFakeOpenId, type FakeOpenId } from '../../support/fake-openid.ts';
import { ClientCredentials, connectByLogin } from '../../support/login-client.ts';
import type { RunningServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const projects = [new AuthFolder(), new AuthFolder()] as const;
let github: FakeGitHub;
let provider: FakeOpenId;
let withGitHub: RunningServer;
let withOpenId: RunningServer;

beforeAll(async () => {
  [github, provider] = [await startFakeGitHub(), await startFakeOpenId()];
  withGitHub = await projects[0].serve(githubAuth(github));
  withOpenId = await projects[1].serve(
    openIdAuth(provider, { authorization: { required_scopes: ['ledger.read'] } }),
  );
});

afterAll(async () => {
  await Promise.all(projects.map((project) => project.remove()));
  await Promise.all([github.stop(), provider.stop()]);
});

describe.each(['legacy', 'modern'] as const)(
  'the official client of the %s era, given only the URL',
  (era) => {
    it('signs its user in at GitHub, and SQL sees that user', async () => {
      const agent = new UserAgent();
      const client = await connectByLogin(
        `${withGitHub.url}/mcp`,
        (url, until) => agent.signIn(url, until),
        era,
      );

      const result = await client.callTool({ name: 'whoami', arguments: {} });

      expect(JSON.parse(textOf(result))).toEqual({
        username: 'octocat',
        email: 'octocat@octo.test',
        provider: 'github',
      });
      await client.close();
    });

    it('signs its user in at an OpenID provider with the scopes that the server asks for', async () => {
      const agent = new UserAgent();
      const credentials = new ClientCredentials();
      const client = await connectByLogin(
        `${withOpenId.url}/mcp`,
        (url, until) => agent.signIn(url, until),
        era,
        credentials,
      );

      const result = await client.callTool({ name: 'whoami', arguments: {} });

      expect(JSON.parse(textOf(result))).toMatchObject({ username: 'ada', provider: 'oidc' });
      expect(credentials.tokens()?.scope).toBe('ledger.read');
      await client.close();
    });

    it('is asked once for consent: a second login of the same client goes through', async () => {
      const agent = new UserAgent();
      const credentials = new ClientCredentials();
      const browse = (url: URL, until: string): Promise<URL> => agent.signIn(url, until);
      await (await connectByLogin(`${withGitHub.url}/mcp`, browse, era, credentials)).close();
      const registered = credentials.clientInformation();
      const again = new ClientCredentials();
      if (registered !== undefined) again.saveClientInformation(registered);

      const client = await connectByLogin(
        `${withGitHub.url}/mcp`,
        (url, until) => agent.signIn(url, until, /no button/),
        era,
        again,
      );

      expect(textOf(await client.callTool({ name: 'whoami', arguments: {} }))).toContain('octocat');
      await client.close();
    });
  },
);
