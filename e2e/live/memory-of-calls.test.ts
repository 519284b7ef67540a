import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { callOften, codeTool, faultProject, residentMb, said, type FaultProject } from '../support/faults.ts';
import { callTool } from '../support/rpc.ts';

describe('thousands of calls', () => {
  let project: FaultProject;
  afterEach(() => project.remove());

  const often = (times: number): Promise<number> => callOften(project.server.url, 'pid', times);

  it('of Python make neither the server nor the worker grow', async () => {
    project = await faultProject('', {
      'python/code.py': 'import os\n\ndef pid():\n    return os.getpid()\n',
      'tools/pid.yml': codeTool('pid', 'python', 'python/code.py'),
    });
    const server = project.server.process.pid ?? 0;
    const worker = Number(said(await callTool(project.server.url, 'pid', {})));
    expect(await often(1_000)).toBe(0);
    const before = { server: residentMb(server), worker: residentMb(worker) };

    expect(await often(2_000)).toBe(0);

    expect(residentMb(worker) - before.worker).toBeLessThan(5);
    expect(residentMb(server) - before.server).toBeLessThan(150);
  });

  it('of TypeScript make neither memory nor descriptors grow', async () => {
    project = await faultProject('', {
      'typescript/code.ts': 'export const pid = (): number => process.pid;\n',
      'tools/pid.yml': codeTool('pid', 'typescript', 'typescript/code.ts'),
    });
    const server = project.server.process.pid ?? 0;
    const descriptors = (): number => readdirSync(`/proc/${server}/fd`).length;
    expect(await often(1_000)).toBe(0);
    const before = { memory: residentMb(server), descriptors: descriptors() };

    expect(await often(2_000)).toBe(0);

    expect(residentMb(server) - before.memory).toBeLessThan(150);
    expect(descriptors() - before.descriptors).toBeLessThan(30);
  });
});
