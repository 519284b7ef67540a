import { afterAll, beforeAll, expect } from 'vitest';
import { projectCopy } from './command.ts';
import { startServer, type RunningServer } from './server.ts';

/** A copy of a project that is served while the tests around it run. */
export interface ServedProject extends Pick<RunningServer, 'port' | 'url' | 'stop'> {
  readonly folder: string;
}

/** Serves a copy of a project for the tests of the `describe` that calls this; a stop that is not clean fails them. */
export function servedProject(source: string, args: readonly string[] = []): ServedProject {
  const project = projectCopy(source);
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(project.folder, args);
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    project.remove();
  });
  return {
    folder: project.folder,
    get port() {
      return server.port;
    },
    stop: (signal) => server.stop(signal),
    get url() {
      return server.url;
    },
  };
}
