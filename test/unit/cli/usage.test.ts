import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/modules/cli/program.js';
import { FakeHost } from '../../fakes/fake-host.js';

async function run(...argv: string[]) {
  const host = new FakeHost(argv);
  return { code: await runProgram(host), host };
}

const runUsage = "Usage: mxcp run [OPTIONS] {tool|resource|prompt} NAME\nTry 'mxcp run --help' for help.\n\n";

describe('a command line that cannot be understood', () => {
  it.each([
    [
      ['run', 'gadget', 'x'],
      "Invalid value for '{tool|resource|prompt}': 'gadget' is not one of 'tool', 'resource', 'prompt'.",
    ],
    [['run', 'tool'], "Missing argument 'NAME'."],
    [
      ['run', 'my_tool'],
      "Invalid value for '{tool|resource|prompt}': 'my_tool' is not one of 'tool', 'resource', 'prompt'.",
    ],
    [['run'], "Missing argument '{tool|resource|prompt}'."],
    [['run', 'tool', 'x', '--colour', 'red'], "No such option '--colour'."],
    [['run', 'tool', 'x', '--colour=red'], "No such option '--colour'."],
    [['run', 'tool', 'x', '--par', 'a=1'], "No such option '--par'."],
    [['run', 'tool', 'x', '-h'], "No such option '-h'."],
    [['run', 'tool', 'x', '--param'], "Option '--param' requires an argument."],
    [['run', 'tool', 'x', 'y', 'z'], 'Got unexpected extra arguments (y z)'],
    [['run', 'tool', 'x', 'y'], 'Got unexpected extra argument (y)'],
    [
      ['run', 'tool', 'x', '-p', 'a'],
      'Invalid value: Parameter must be in format name=value or name=@file.json: a',
    ],
  ])('is explained for %j', async (argv, message) => {
    const { code, host } = await run(...argv);

    expect(host.errors).toBe(`${runUsage}Error: ${message}\n`);
    expect(host.output).toBe('');
    expect(code).toBe(2);
  });

  it('is explained for an unknown command', async () => {
    const { code, host } = await run('dance');

    expect(host.errors).toBe(
      "Usage: mxcp [OPTIONS] [COMMAND] [ARGS]...\nTry 'mxcp --help' for help.\n\nError: No such command 'dance'.\n",
    );
    expect(code).toBe(2);
  });

  it.each([
    [['serve', '--port', 'many'], "Invalid value for '--port': 'many' is not a valid integer."],
    [['serve', '--port', '70000'], "Invalid value for '--port': 70000 is not in the range 0<=x<=65535."],
    [['serve', '--port'], "Option '--port' requires an argument."],
    [
      ['serve', '--sql-tools', 'yes'],
      "Invalid value for '--sql-tools': 'yes' is not one of 'true', 'false'.",
    ],
    [
      ['serve', '--transport', 'tcp'],
      "Invalid value for '--transport': 'tcp' is not one of 'streamable-http', 'http', 'stdio'.",
    ],
    [
      ['serve', '--transport', 'sse'],
      "Invalid value for '--transport': 'sse' is not served any more; use 'streamable-http'.",
    ],
    [['query'], 'Invalid value: Either SQL query or --file must be provided'],
    [['query', 'SELECT 1', '--file', 'a.sql'], 'Invalid value: Cannot provide both SQL query and --file'],
    [['query', '  '], 'Invalid value: SQL query cannot be empty'],
    [
      ['init', '.', '--profile', 'a/b'],
      "Invalid value for '--profile': a name must not be empty or contain slashes or control characters.",
    ],
  ])('is explained for %j', async (argv, message) => {
    const { code, host } = await run(...argv);

    expect(host.errors).toContain(`Error: ${message}\n`);
    expect(code).toBe(2);
  });

  it.each(['--json', '--json-output'])('is one JSON document as well with %s', async (flag) => {
    const { code, host } = await run('run', 'tool', 'x', '-p', 'broken', flag);

    const message = 'Invalid value: Parameter must be in format name=value or name=@file.json: broken';
    expect(host.json).toEqual({ status: 'error', error: message });
    expect(host.errors).toBe(`${runUsage}Error: ${message}\n`);
    expect(code).toBe(2);
  });

  it('opens no container', async () => {
    const { host } = await run('run', 'tool', 'x', '-u', '{oops');

    expect(host.requests).toEqual([]);
  });
});

describe('help', () => {
  it.each([[[]], [['--help']]])('lists the commands for %j', async (argv) => {
    const { code, host } = await run(...argv);

    expect(host.output).toMatch(/^Usage: mxcp \[OPTIONS\] \[COMMAND\] \[ARGS\]\.\.\.\n/);
    const names = [...host.output.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name);
    expect(names).toEqual(['apikey', 'healthcheck', 'init', 'list', 'query', 'run', 'serve', 'validate']);
    expect({ code, errors: host.errors }).toEqual({ code: 0, errors: '' });
  });

  it.each([
    ['healthcheck', ['--url', '--debug', '--json-output']],
    ['init', ['--project', '--profile', '--bootstrap', '--yes', '--server-config', '--debug', '--json']],
    ['list', ['--profile', '--debug', '--json-output']],
    ['query', ['--file', '--param', '--user-context', '--request-headers', '--readonly', '--json-output']],
    ['run', ['--param', '--user-context', '--request-headers', '--skip-output-validation', '--readonly']],
    ['serve', ['--transport', '--host', '--port', '--sql-tools', '--stateless', '--ignore-errors']],
    ['validate', ['--strict', '--readonly', '--json-output']],
  ])('of %s names its options and an example, without a container', async (command, options) => {
    const { code, host } = await run(command, '--help');

    expect(host.output).toMatch(new RegExp(`^Usage: mxcp ${command} \\[OPTIONS\\]`));
    for (const option of options) expect(host.output).toContain(option);
    expect(host.output).toMatch(new RegExp(`Examples:\n  mxcp ${command}`));
    expect({ code, errors: host.errors, requests: host.requests }).toEqual({
      code: 0,
      errors: '',
      requests: [],
    });
  });

  it('has no short form and no command of its own', async () => {
    expect((await run('help')).host.errors).toContain("No such command 'help'.");
    expect((await run('-h')).host.errors).toContain("No such option '-h'.");
  });
});

it('prints the version', async () => {
  const { code, host } = await run('--version');

  expect(host.output).toBe('mxcp 1.2.3\n');
  expect(code).toBe(0);
});
