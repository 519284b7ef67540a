import type { ServerConfig } from '../../common/domain/app-config.js';

/** What this server says about itself in `initialize` and `server/discover`. */
export class ServerIdentity {
  readonly serverInfo: { readonly name: string; readonly version: string };

  readonly capabilities = {
    tools: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    prompts: { listChanged: true },
    completions: {},
    logging: {},
  } as const;

  constructor(config: Pick<ServerConfig, 'name' | 'version'>) {
    this.serverInfo = { name: config.name, version: config.version };
  }
}
