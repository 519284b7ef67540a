import 'reflect-metadata';
import { globSync, readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { EndpointCaller } from '../../../src/common/ports/endpoint-caller.js';
import { RuntimeLifecycle } from '../../../src/common/ports/runtime.js';
import { aCall } from '../../builders/a-call.js';
import { RunningProject } from '../../builders/a-running-project.js';

const tool = (name: string, file: string): string => `
mxcp: 1
tool: { name: ${name}, description: Ends what it runs in, source: { file: ../code/${file} } }
`;

const files = {
  'code/leaves_python.py': 'import os\ndef leaves_python():\n    os._exit(3)\n',
  'code/leaves_typescript.ts': 'export const leaves_typescript = () => process.exit(3);\n',
  'tools/leaves_python.yml': tool('leaves_python', 'leaves_python.py'),
  'tools/leaves_typescript.yml': tool('leaves_typescript', 'leaves_typescript.ts'),
};

it.each([
  ['a Python worker', 'leaves_python', 'Python worker exited (code 3)'],
  ['a TypeScript thread', 'leaves_typescript', 'The endpoint called process.exit'],
])(
  'records one failed call when the code ends %s',
  async (_what, target, error) => {
    const project = await RunningProject.of(files);
    onTestFinished(() => project.close());
    const context = await project.core();
    await context.get(RuntimeLifecycle).start({ check: 'none' });

    await expect(context.get(EndpointCaller).call(aCall({ target }))).rejects.toThrow(error);
    await context.close();

    const lines = globSync(`${project.folder}/audit/*.jsonl`).flatMap((path) =>
      readFileSync(path, 'utf8').trim().split('\n'),
    );
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { operation_name: target, operation_status: 'error', error: expect.stringContaining(error) },
    ]);
  },
  60_000,
);
