import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JsonlAuditSink } from '../../../src/modules/audit/jsonl-audit-sink.js';
import { NodeSegmentFiles } from '../../../src/modules/audit/node-segment-files.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { RecordingLog } from '../../fakes/recording-log.js';
import { anAuditConfig, aRecord } from '../../unit/audit/audit-fixtures.js';

let folder = '';
const openSinks: JsonlAuditSink[] = [];

function aSink(profile: string, maxFileSize = 1_000_000): JsonlAuditSink {
  const config = anAuditConfig({ path: join(folder, 'audit', `logs-${profile}.jsonl`), maxFileSize });
  const sink = new JsonlAuditSink(config, new FakeClock(), new RecordingLog(), new NodeSegmentFiles());
  openSinks.push(sink);
  return sink;
}

async function idsIn(file: string): Promise<string[]> {
  const lines = (await readFile(join(folder, 'audit', file), 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { record_id: string }).record_id);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
});
afterEach(async () => {
  await Promise.all(openSinks.splice(0).map((sink) => sink.close()));
  await rm(folder, { recursive: true });
});

describe('the audit log on a real disk', () => {
  it('creates the directory and a segment that only owner and group read', async () => {
    await aSink('dev').write(aRecord({ record_id: 'a' }));
    const segment = join(folder, 'audit', 'logs-dev-20260302T091504.jsonl');
    expect((await stat(segment)).mode & 0o777 & ~0o040).toBe(0o600);
    expect(await idsIn('logs-dev-20260302T091504.jsonl')).toEqual(['a']);
  });

  it('holds a record by the time its write settles', async () => {
    const sink = aSink('dev');
    for (const id of ['a', 'b', 'c']) {
      await sink.write(aRecord({ record_id: id }));
      expect((await idsIn('logs-dev-20260302T091504.jsonl')).at(-1)).toBe(id);
    }
  });

  it('goes on in a new segment when the open one was moved for a backup', async () => {
    const sink = aSink('dev');
    await sink.write(aRecord({ record_id: 'a' }));
    const segment = join(folder, 'audit', 'logs-dev-20260302T091504.jsonl');
    await rename(segment, `${segment}.bak`);
    await sink.write(aRecord({ record_id: 'b' }));
    expect(await idsIn('logs-dev-20260302T091504.jsonl.bak')).toEqual(['a']);
    expect(await idsIn('logs-dev-20260302T091504.jsonl')).toEqual(['b']);
  });

  it('never shares a segment between two writers of one directory', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `r${index}`);
    const sinks = [aSink('dev', 2000), aSink('dev', 2000)];
    await Promise.all(ids.map(async (id, index) => sinks[index % 2]?.write(aRecord({ record_id: id }))));
    await Promise.all(sinks.map((sink) => sink.close()));
    const written = await Promise.all((await readdir(join(folder, 'audit'))).map(idsIn));
    expect(written.length).toBeGreaterThan(1);
    expect(written.flat().sort()).toEqual([...ids].sort());
  });
});
