import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditConfig } from '../../../src/common/domain/app-config.js';
import { Clock } from '../../../src/common/ports/clock.js';
import { JsonlAuditSink } from '../../../src/modules/audit/jsonl-audit-sink.js';
import { RecordingLog } from '../../fakes/recording-log.js';
import { anAuditConfig, aRecord } from './audit-fixtures.js';
import { MemorySegmentFiles } from './memory-segment-files.js';

const FIRST = '/audit/logs-dev-20260302T091504.jsonl';

class FakedClock extends Clock {
  override now(): Date {
    return new Date('2026-03-02T09:15:04.812Z');
  }
  override monotonicMs(): number {
    return Date.now();
  }
}

function aSink(changes: Partial<AuditConfig> = {}) {
  const files = new MemorySegmentFiles();
  const log = new RecordingLog();
  const sink = new JsonlAuditSink(anAuditConfig(changes), new FakedClock(), log, files);
  const write = (id: string): Promise<void> => sink.write(aRecord({ record_id: id }));
  return { files, log, sink, write };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('JsonlAuditSink', () => {
  it('writes one compact line per record, keys in table order, aliases last', async () => {
    const { sink, files } = aSink();
    await sink.write(aRecord({ error: 'grüße', input_data: { n: 12345678901234567890n } }));
    const line = files.text(FIRST);
    expect(line).toBe(
      '{"schema_name":"mxcp.endpoints","schema_version":2,"record_id":"5f0c6a52-7d6e-4a43-9d1f-2b7f0f1f7a10",' +
        '"timestamp":"2026-03-02T09:15:04.812345Z","operation_type":"tool","operation_name":"refund_order",' +
        '"operation_status":"error","duration_ms":7,"caller_type":"http","user_id":"u-1042",' +
        '"session_id":"b6c9d0de31","trace_id":"9c1d0a4be2f7460f8a53c0f2d1e4b7a6",' +
        '"input_data":{"n":12345678901234567890},"output_data":null,"error":"grüße",' +
        '"policies_evaluated":["input[0]: user.role != \'cashier\'"],"policy_decision":"deny",' +
        '"policy_reason":"refunds need the cashier role","business_context":{"operation_type":"tool"},' +
        '"execution_events":[],"prev_hash":null,"record_hash":null,"signature":null,' +
        '"event_type":"endpoint.execute","action":"execute","resource":"refund_order",' +
        '"correlation_id":"0198f1c2","ip_address":"10.4.0.9","user_agent":"agent/3.1",' +
        '"instance_id":"web-1:4127","profile":"prod","status":"error","caller":"u-1042"}\n',
    );
  });

  it('names the kind of caller when there is no user, and no aliases when they are not wanted', async () => {
    const { sink, files } = aSink();
    await sink.write(aRecord({ user_id: null }));
    expect(files.text(FIRST)).toMatch(/"status":"error","caller":"http"\}\n$/u);
    const plain = aSink({ compatAliases: false });
    await plain.sink.write(aRecord());
    expect(plain.files.text(FIRST)).toMatch(/"profile":"prod"\}\n$/u);
  });

  it('creates no file before the first record', async () => {
    const { sink, files } = aSink();
    await sink.prepare();
    await sink.admit();
    await sink.close();
    expect(files.directories).toEqual(['/audit']);
    expect(files.contents.size).toBe(0);
  });

  it('says which directory cannot be written', async () => {
    const { sink, files } = aSink();
    files.faults.set('prepare', 1);
    await expect(sink.prepare()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /^Audit directory cannot be written: \/audit \(.+\)\. Let user \d+, group \d+ write there, or name another place with audit\.path\.$/,
      ),
    });
  });

  it('sends everything that queued during a write in the next one', async () => {
    const { files, write } = aSink({ fsync: 'always' });
    const opened = Promise.withResolvers<undefined>();
    files.gate = opened.promise;
    const first = write('a');
    await vi.advanceTimersByTimeAsync(1);
    const rest = Promise.all(['b', 'c', 'd'].map(write));
    opened.resolve(undefined);
    await Promise.all([first, rest]);
    expect(files.calls.filter((call) => call === 'append' || call === 'sync')).toEqual([
      'append',
      'sync',
      'append',
      'sync',
    ]);
    expect(files.ids()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('never syncs with fsync never', async () => {
    const { files, write, sink } = aSink({ fsync: 'never' });
    await write('a');
    await sink.close();
    expect(files.calls).not.toContain('sync');
  });

  it('goes on in a new segment when one is full, counting up while the name is taken', async () => {
    const { files, write } = aSink({ maxFileSize: 10 });
    await write('a');
    await write('b');
    await write('c');
    expect([...files.contents.keys()]).toEqual([
      FIRST,
      '/audit/logs-dev-20260302T091504-1.jsonl',
      '/audit/logs-dev-20260302T091504-2.jsonl',
    ]);
  });

  it('goes on in a new segment when the open one was moved away', async () => {
    const { files, write } = aSink();
    await write('a');
    files.contents.delete(FIRST);
    await write('b');
    expect(files.ids()).toEqual(['b']);
    files.contents.set(FIRST, Buffer.from('{"record_id":"other"}\n'));
    await write('c');
    expect(files.text('/audit/logs-dev-20260302T091504-1.jsonl')).toContain('"record_id":"c"');
  });

  it('keeps records through a disk fault, cuts half lines off and writes each once', async () => {
    const { files, write, log } = aSink();
    await write('a');
    files.faults.set('append', 1);
    await write('b');
    await write('c');
    expect(files.text(FIRST).endsWith('\n')).toBe(false);
    await vi.advanceTimersByTimeAsync(500);
    expect(files.ids()).toEqual(['a', 'b', 'c']);
    expect([...files.contents.keys()]).toEqual([FIRST]);
    expect(log.lines.map((line) => line.message)).toEqual([
      'Audit log cannot be written',
      'Audit log can be written again',
    ]);
  });

  it('writes a batch again when it could not be made durable', async () => {
    const { files, write } = aSink();
    files.faults.set('sync', 1);
    await write('a');
    await vi.advanceTimersByTimeAsync(500);
    expect(files.ids()).toEqual(['a']);
    expect(files.calls.filter((call) => call === 'append')).toHaveLength(2);
  });

  it('takes a new segment from the third try and waits ever longer', async () => {
    const { files, write } = aSink();
    await write('a');
    files.faults.set('append', 3);
    await write('b');
    const tries = (): number => files.calls.filter((call) => call === 'append').length;
    await vi.advanceTimersByTimeAsync(500);
    expect(tries()).toBe(3);
    await vi.advanceTimersByTimeAsync(999);
    expect(tries()).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(tries()).toBe(4);
    await vi.advanceTimersByTimeAsync(2000);
    expect(files.ids()).toEqual(['a', 'b']);
    expect([...files.contents.keys()]).toEqual([FIRST, '/audit/logs-dev-20260302T091504-2.jsonl']);
  });

  it('refuses calls with a full queue after five seconds, and lets them in when there is room', async () => {
    const { sink, files, write } = aSink({ queueLimit: 2 });
    files.faults.set('append', 4);
    await Promise.all([write('a'), write('b')]);
    const refused = expect(sink.admit()).rejects.toMatchObject({
      code: 'AUDIT_FAILED',
      message: 'Audit unavailable',
    });
    await vi.advanceTimersByTimeAsync(5000);
    await refused;
    const admitted = sink.admit();
    await vi.advanceTimersByTimeAsync(3000);
    await expect(admitted).resolves.toBeUndefined();
    expect(files.ids()).toEqual(['a', 'b']);
  });

  it('takes the record of a call that was admitted, though the queue filled up meanwhile', async () => {
    const { files, write } = aSink({ queueLimit: 1 });
    files.faults.set('append', 1);
    await Promise.all([write('a'), write('b'), write('c')]);
    await vi.advanceTimersByTimeAsync(500);
    expect(files.ids()).toEqual(['a', 'b', 'c']);
  });

  it('loses the oldest records and counts them with on_failure continue', async () => {
    const { sink, files, log, write } = aSink({ queueLimit: 2, onFailure: 'continue' });
    files.faults.set('append', 1);
    await write('a');
    await sink.admit();
    await Promise.all(['b', 'c', 'd'].map(write));
    await vi.advanceTimersByTimeAsync(500);
    expect(files.ids()).toEqual(['c', 'd']);
    expect(log.lines.at(-1)?.fields).toMatchObject({ lost: 2 });
  });

  it('is unhealthy after a minute of failing, says so once a minute, and recovers', async () => {
    const { sink, files, log, write } = aSink();
    files.faults.set('append', 8);
    await write('a');
    await vi.advanceTimersByTimeAsync(59_000);
    expect(sink.healthy()).toBe(true);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sink.healthy()).toBe(false);
    expect(log.lines.filter((line) => line.level === 'error')).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sink.healthy()).toBe(true);
    expect(files.ids()).toEqual(['a']);
  });

  it('stays healthy for readiness with on_failure continue', async () => {
    const { sink, files, write } = aSink({ onFailure: 'continue' });
    files.faults.set('append', 100);
    await write('a');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sink.healthy()).toBe(true);
  });

  it('writes what is queued before it closes, and refuses what comes later', async () => {
    const { sink, files, write } = aSink();
    const last = write('a');
    await Promise.all([sink.close(), sink.close()]);
    await last;
    expect(files.ids()).toEqual(['a']);
    await expect(write('b')).rejects.toMatchObject({ code: 'AUDIT_FAILED' });
    await expect(sink.admit()).rejects.toMatchObject({ code: 'AUDIT_FAILED' });
  });

  it('gives up after five seconds of closing and reports what is unwritten', async () => {
    const { sink, files, log, write } = aSink();
    files.faults.set('append', 1000);
    await Promise.all([write('a'), write('b')]);
    const closed = sink.close();
    await vi.advanceTimersByTimeAsync(5000);
    await closed;
    expect(log.lines.at(-1)).toMatchObject({
      level: 'critical',
      message: 'Audit log closed with 2 unwritten records',
    });
    expect(files.ids()).toEqual([]);
  });
});
