import { CallRecorder } from '../../src/modules/pipeline/call-recorder.js';
import { EndpointPipeline } from '../../src/modules/pipeline/endpoint-pipeline.js';
import { aConfig } from './a-config.js';
import { anEndpoint } from './an-endpoint.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FixedRuntime, type RuntimeParts } from '../fakes/fixed-runtime.js';
import { MemoryAuditSink } from '../fakes/memory-audit-sink.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { RecordingMetrics } from '../fakes/recording-metrics.js';

/** The pipeline on a FixedRuntime, and all that it records. */
export function aPipeline(parts: RuntimeParts = {}) {
  const audit = new MemoryAuditSink();
  const metrics = new RecordingMetrics();
  const clock = new FakeClock();
  const log = new RecordingLog();
  const recorder = new CallRecorder(audit, metrics, clock, log, 'host:1');
  const runtimes = new FixedRuntime({ endpoints: [anEndpoint()], ...parts });
  const pipeline = new EndpointPipeline(runtimes, recorder, { config: aConfig(), request: {} });
  return { audit, metrics, clock, log, pipeline, runtimes };
}
