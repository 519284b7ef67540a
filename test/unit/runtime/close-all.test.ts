import { describe, expect, it } from 'vitest';
import { closeAll } from '../../../src/modules/runtime/close-all.js';
import { HeldRuntime } from '../../../src/modules/runtime/held-runtime.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';
import { RecordingLog } from '../../fakes/recording-log.js';

type Dispose = (diary: string[], whileClosed?: () => Promise<void>) => Promise<void>;

const orderly =
  (name: string): Dispose =>
  async (diary, whileClosed) => {
    diary.push(`close ${name}`);
    await whileClosed?.();
    diary.push(`end ${name}`);
  };

async function closing(...ends: readonly Dispose[]) {
  const diary: string[] = [];
  const log = new RecordingLog();
  const { runtime } = new FixedRuntime();
  const runtimes = ends.map((end) => new HeldRuntime({ ...runtime, dispose: (work) => end(diary, work) }));
  await closeAll(runtimes, () => Promise.resolve(void diary.push('work')), log);
  return { diary, lines: log.lines.map(({ message }) => message) };
}

describe('closeAll', () => {
  it('does the work once everything is closed and while all code is alive', async () => {
    const { diary } = await closing(orderly('a'), orderly('b'));

    expect(diary).toEqual(['close a', 'close b', 'work', 'end b', 'end a']);
  });

  it('does it when there is nothing to close', async () => {
    expect((await closing()).diary).toEqual(['work']);
  });

  it('does it once though a Runtime has nothing to keep alive', async () => {
    const careless: Dispose = (diary) => Promise.resolve(void diary.push('close a'));

    expect((await closing(careless, orderly('b'))).diary).toEqual(['close a', 'close b', 'work', 'end b']);
  });

  it('closes the rest but leaves the work out when a Runtime does not end properly', async () => {
    const broken: Dispose = () => Promise.reject(new TypeError('stuck'));

    const { diary, lines } = await closing(broken, orderly('b'));

    expect(diary).toEqual(['close b', 'end b']);
    expect(lines).toEqual(['A part of the server did not end properly']);
  });
});
