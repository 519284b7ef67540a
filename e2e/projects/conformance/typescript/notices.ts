import { setTimeout } from 'node:timers/promises';
import { log, progress } from 'mxcp-server/runtime';

export async function test_tool_with_progress(): Promise<string> {
  for (const done of [0, 50, 100]) {
    await progress(done, 100);
    await setTimeout(50);
  }
  return 'Progress reported';
}

export async function test_logging_tool(): Promise<string> {
  await log.info('A line for clients that asked for it');
  return 'Logged';
}

export async function test_reconnection(): Promise<string> {
  await setTimeout(100);
  return 'Still here';
}
