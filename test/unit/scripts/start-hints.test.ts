import { describe, expect, it } from 'vitest';
import { startHints } from '../../../scripts/start-hints.mjs';

const urls = (args: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] => [
  ...new Set(startHints('config/examples/earthquakes', args, env).match(/http:\S+/g)),
];

describe('what npm start says to do next', () => {
  it.each([
    [[], {}, '8000'],
    [['--port', '8123'], {}, '8123'],
    [['--port=8123', '--debug'], {}, '8123'],
    [['--port', '8123', '--port', '8124'], {}, '8124'],
    [[], { MCP_PORT: '8200' }, '8200'],
    [['--port', '8123'], { MCP_PORT: '8200' }, '8123'],
  ])('names one URL for %j and %j, at port %s', (args, env, port) => {
    expect(urls(args, env)).toEqual([`http://127.0.0.1:${port}/mcp`]);
  });
});
