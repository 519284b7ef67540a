import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppConfig } from '../../src/common/domain/app-config.js';
import { AuditSink } from '../../src/common/ports/audit-sink.js';
import { Clock } from '../../src/common/ports/clock.js';
import { EndpointCaller } from '../../src/common/ports/endpoint-caller.js';
import { LoadedConfig } from '../../src/common/ports/loaded-config.js';
import { Log } from '../../src/common/ports/log.js';
import { Metrics } from '../../src/common/ports/metrics.js';
import { Readiness } from '../../src/common/ports/readiness.js';
import { Reloader } from '../../src/common/ports/reloader.js';
import { RuntimeSource } from '../../src/common/ports/runtime.js';
import { HealthModule } from '../../src/modules/health/health.module.js';
import { McpModule } from '../../src/modules/mcp/mcp.module.js';
import { aConfig, noAuth } from '../builders/a-config.js';
import { anEndpoint } from '../builders/an-endpoint.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeEndpointCaller } from '../fakes/fake-endpoint-caller.js';
import { FixedRuntime } from '../fakes/fixed-runtime.js';
import { ManualReloader } from '../fakes/manual-reloader.js';
import { MemoryAuditSink } from '../fakes/memory-audit-sink.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { RecordingMetrics } from '../fakes/recording-metrics.js';

// the edge is wired as in the product; what stands behind its ports is a fake
const behind = vi.hoisted(() => ({
  emptyModule: () => {
    class Empty {
      readonly isFake = true;
    }
    return Empty;
  },
}));
vi.mock('../../src/modules/pipeline/pipeline.module.js', () => ({ PipelineModule: behind.emptyModule() }));
vi.mock('../../src/modules/runtime/runtime.module.js', () => ({ RuntimeModule: behind.emptyModule() }));
vi.mock('../../src/modules/audit/audit.module.js', () => ({ AuditModule: behind.emptyModule() }));

const host = { host: 'localhost:8000' };
const bare = { ...host, 'content-type': 'application/json', accept: '*/*' };
const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

let app: NestFastifyApplication | null = null;

async function started(overrides: Partial<AppConfig> = {}): Promise<NestFastifyApplication> {
  const config = aConfig(overrides);
  const runtimes = new FixedRuntime({ endpoints: [anEndpoint()], config });
  const providers = [
    { provide: LoadedConfig, useValue: { config, request: {} } },
    { provide: RuntimeSource, useValue: runtimes },
    { provide: Reloader, useValue: new ManualReloader() },
    { provide: EndpointCaller, useValue: new FakeEndpointCaller(runtimes) },
    { provide: AuditSink, useValue: new MemoryAuditSink() },
    { provide: Clock, useValue: new FakeClock() },
    { provide: Log, useValue: new RecordingLog() },
    { provide: Metrics, useValue: new RecordingMetrics() },
  ];
  class Ports {
    readonly isFake = true;
  }
  Module({ providers, exports: providers.map((provider) => provider.provide) })(Ports);
  class Root {
    readonly isFake = true;
  }
  Module({ imports: [McpModule, HealthModule] })(Root);
  app = await NestFactory.create<NestFastifyApplication>(
    { module: Root, imports: [{ module: Ports, global: true }] },
    new FastifyAdapter(),
    { logger: false, abortOnError: false },
  );
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

afterEach(async () => {
  await app?.close();
  app = null;
});

describe('the HTTP edge', () => {
  it('answers /mcp, with a correlation id', async () => {
    const server = await started();
    const reply = await server.inject({ method: 'POST', url: '/mcp', headers: bare, payload: list });
    expect(reply.json()).toMatchObject({ result: { tools: [{ name: 'echo' }] } });
    expect(reply.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers probes and scrapers under any Host', async () => {
    const server = await started();
    for (const url of ['/health', '/health/live', '/health/ready', '/ready', '/metrics']) {
      const reply = await server.inject({ method: 'GET', url, headers: { host: '10.0.0.7:8000' } });
      expect([url, reply.statusCode]).toEqual([url, 200]);
    }
    const live = await server.inject({ method: 'GET', url: '/health/live' });
    expect(live.body).toBe('{"status":"alive"}');
  });

  it('is not ready once it drains, and still alive', async () => {
    const server = await started();
    server.get(Readiness, { strict: false }).drain();
    const ready = await server.inject({ method: 'GET', url: '/ready' });
    expect(ready.statusCode).toBe(503);
    expect(ready.body).toBe('{"status":"not_ready","reason":"shutting_down"}');
    expect((await server.inject({ method: 'GET', url: '/health' })).statusCode).toBe(200);
  });

  it('has no metrics while they are off', async () => {
    const server = await started({ metrics: { enabled: false, prometheusPort: null } });
    expect((await server.inject({ method: 'GET', url: '/metrics' })).statusCode).toBe(404);
  });

  it('does not start with authentication that it cannot serve', async () => {
    await expect(started({ auth: { ...noAuth, problems: ['auth is wrong'] } })).rejects.toThrow(
      'auth is wrong',
    );
  });
});
