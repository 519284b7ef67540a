import { describe, expect, it } from 'vitest';
import type { Runtime } from '../../../src/common/ports/runtime.js';
import type { RuntimeFactory } from '../../../src/modules/runtime/runtime-factory.js';
import { RuntimeHolder } from '../../../src/modules/runtime/runtime-holder.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';
import { RecordingMetrics } from '../../fakes/recording-metrics.js';

function build() {
  const disposed: string[] = [];
  const runtime: Runtime = {
    ...new FixedRuntime().runtime,
    dispose: () => {
      disposed.push('runtime');
      return Promise.resolve();
    },
  };
  const factory = { build: () => Promise.resolve({ runtime, problems: [] }) } as unknown as RuntimeFactory;
  return { disposed, holder: new RuntimeHolder(factory, new RecordingMetrics()), runtime };
}

describe('RuntimeHolder', () => {
  it('refuses work before the first Runtime', async () => {
    const { holder } = build();

    await expect(holder.use(() => Promise.resolve(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(holder.current()).toBeNull();
  });

  it('lends the Runtime that it built', async () => {
    const { holder, runtime } = build();
    await holder.start({ check: 'none' });

    await expect(holder.use((lent) => Promise.resolve(lent))).resolves.toBe(runtime);
  });

  it('disposes the Runtime only after the last work on it ended', async () => {
    const { disposed, holder } = build();
    await holder.start({ check: 'none' });
    let finish: () => void = () => undefined;
    const work = holder.use(() => new Promise<void>((resolve) => (finish = resolve)));

    const stopped = holder.stop(10_000);
    await Promise.resolve();
    expect(disposed).toEqual([]);
    finish();
    await Promise.all([work, stopped]);

    expect(disposed).toEqual(['runtime']);
  });

  it('disposes it anyway when the grace is over', async () => {
    const { disposed, holder } = build();
    await holder.start({ check: 'none' });
    void holder.use(() => new Promise(() => undefined));

    await holder.stop(5);

    expect(disposed).toEqual(['runtime']);
  });

  it('refuses new work while it stops, and says why', async () => {
    const { holder } = build();
    await holder.start({ check: 'none' });
    const stopped = holder.stop(10);

    await expect(holder.use(() => Promise.resolve(1))).rejects.toThrow('Server is shutting down');
    await stopped;
  });
});
