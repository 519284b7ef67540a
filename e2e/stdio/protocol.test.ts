import { join } from 'node:path';
import { describe, it } from 'vitest';
import { stdioClient, type Era } from '../support/client.ts';
import { projectCopy, repository } from '../support/command.ts';
import { Heard, walkChange, walkProtocol } from '../support/protocol-walk.ts';

const eras: readonly Era[] = ['legacy', 'modern'];

describe('what endpoints do for clients over stdio', () => {
  it.each(eras)('works with the official client in the %s era', async (era) => {
    const project = projectCopy(join(repository, 'e2e', 'projects', 'conformance'));
    const heard = new Heard();
    const client = await stdioClient(project.folder, era, {}, heard.parts);

    await walkProtocol(client, heard);
    await walkChange(client, era, heard);
    await client.close();
    project.remove();
  });
});
