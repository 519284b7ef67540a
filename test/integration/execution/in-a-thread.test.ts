import { describe, vi } from 'vitest';
import { SqlProject } from '../../builders/a-sql-project.js';
import { ScriptedFunctions, textFunction } from '../../fakes/scripted-functions.js';

// what SQL promises holds as well where plugins move the database to a thread of its own
SqlProject.functions = new ScriptedFunctions({ echo_test: textFunction((value) => value) });
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('in a thread', () => {
  describe('sessions', async () => {
    await import('./sql-session.test.js');
  });
  describe('values of sessions', async () => {
    await import('./sql-session-values.test.js');
  });
  describe('concurrency', async () => {
    await import('./concurrency.test.js');
  });
  describe('user functions', async () => {
    await import('./user-functions.test.js');
  });
  describe('values', async () => {
    await import('./row-values.test.js');
  });
});
