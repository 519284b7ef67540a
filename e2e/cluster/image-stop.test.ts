import { describe, expect, it } from 'vitest';
import { NEXT_IMAGE, SERVER_IMAGE } from '../../scripts/services/server-image.ts';
import { project, started, volumes } from '../support/container-test.ts';
import { engine, mustEngine } from '../support/containers.ts';
import { childrenOf } from '../support/faults.ts';
import { callTool } from '../support/rpc.ts';

const mountedProject = async (): Promise<readonly string[]> => [...project().options, ...(await volumes())];

describe('a container, through its life', () => {
  it('ends with 0 within its grace while a call runs, which is answered and recorded', async () => {
    const options = await mountedProject();
    const container = await started(SERVER_IMAGE, options);
    const call = callTool(container.url, 'ponder', { seconds: 5 });
    // the call must have reached the server before the stop does
    await callTool(container.url, 'recall', {});
    const { code, ms } = await container.stop(30);
    expect((await call).body.result).toMatchObject({ structuredContent: { result: 'done' } });
    expect(code).toBe(0);
    expect(ms).toBeLessThan(15_000);
    await container.remove();
    const successor = await started(SERVER_IMAGE, options);
    const audit = await successor.exec('bash', '-c', 'cat /app/audit/*.jsonl');
    expect(audit.stdout).toMatch(/"ponder".*"success"/);
  });

  it('is unhealthy once its server does not answer, and healthy when it does again', async () => {
    const container = await started(SERVER_IMAGE, await mountedProject());
    const health = async (): Promise<number | null> =>
      (await engine('podman', ['healthcheck', 'run', container.name])).code;
    expect(await health()).toBe(0);
    const first = Number(await mustEngine('podman', ['inspect', '-f', '{{.State.Pid}}', container.name]));
    const [pid = 0] = childrenOf(first);
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await health()).toBe(1);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await health()).toBe(0);
    await container.stop();
    expect(await health()).not.toBe(0);
  });

  it('hands its volumes to the next version, and back to the former one', async () => {
    const options = await mountedProject();
    const told: string[] = [];
    for (const image of [SERVER_IMAGE, NEXT_IMAGE, SERVER_IMAGE]) {
      const container = await started(image, options);
      const text = `${told.length + 1}: ${image.endsWith('next') ? 'next' : 'this'}`;
      await callTool(container.url, 'remember', { text });
      told.push(text);
      const { body } = await callTool(container.url, 'recall', {});
      expect(body.result).toMatchObject({ structuredContent: { result: told } });
      expect((await container.stop()).code).toBe(0);
      await container.remove();
    }
  });

  it('starts again after a stop, and reads its files again at SIGHUP', async () => {
    const container = await started(SERVER_IMAGE, await mountedProject());
    expect((await container.stop()).code).toBe(0);
    await mustEngine('podman', ['start', container.name]);
    await expect
      .poll(
        () =>
          fetch(`${container.url}/ready`).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 30_000 },
      )
      .toBe(200);
    await mustEngine('podman', ['kill', '--signal', 'HUP', container.name]);
    await expect
      .poll(async () => await container.logs(), { timeout: 30_000 })
      .toMatch(/"logger":"reload".*"status":"success"/);
  });
});
