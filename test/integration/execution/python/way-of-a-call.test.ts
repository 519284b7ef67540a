import 'reflect-metadata';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { CallTrace } from '../../../builders/a-call-trace.js';
import { RunningProject } from '../../../builders/a-running-project.js';
import { wayMethods, ways } from '../../../unit/docs/call-picture.js';

const files = {
  'python/kit.py': 'def add(a, b):\n    return a + b\n',
  'tools/add.yml': `
mxcp: 1
tool:
  name: add
  description: A sum
  language: python
  parameters:
    - { name: a, type: integer, description: One }
    - { name: b, type: integer, description: The other }
  return: { type: integer, description: The sum }
  policies: { input: [{ condition: a > 100, action: deny }] }
  source: { file: ../python/kit.py }
`,
};

it('takes a Python tool over stdio the way that docs/architecture.md has', async () => {
  const trace = await CallTrace.of(wayMethods);
  const project = await RunningProject.of(files);
  onTestFinished(() => {
    trace.restore();
    return project.close();
  });
  const input = new PassThrough();
  const output = new PassThrough();
  await project.stdio(input, output);
  const asked = async (id: number, method: string, params: object): Promise<string> => {
    input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return String((await once(output, 'data'))[0]);
  };
  const clientInfo = { name: 'test', version: '1' };
  await asked(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  trace.clear();

  expect(await asked(2, 'tools/call', { name: 'add', arguments: { a: 1, b: 2 } })).toContain('"text":"3"');
  expect(trace.methods).toEqual(ways.get('a Python tool over stdio'));
}, 60_000);
