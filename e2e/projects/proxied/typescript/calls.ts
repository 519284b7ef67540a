import { setTimeout } from 'node:timers/promises';
import { headers, progress } from 'mxcp-server/runtime';

export async function wait({ seconds }: { seconds: number }): Promise<string> {
  await setTimeout(seconds * 1000);
  return `Waited ${seconds} s`;
}

interface Ticks {
  readonly count: number;
  readonly size: number;
  readonly pause_ms: number;
}

export async function tick({ count, size, pause_ms }: Ticks): Promise<string> {
  for (let done = 1; done <= count; done += 1) {
    await progress(done, count, 'x'.repeat(size));
    await setTimeout(pause_ms);
  }
  return 'Done';
}

export async function seen(): Promise<string> {
  return JSON.stringify(await headers());
}
