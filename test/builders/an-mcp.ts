import Fastify, { type FastifyInstance } from 'fastify';
import type { HttpConfig } from '../../src/common/domain/app-config.js';
import { anonymous } from '../../src/common/domain/principal.js';
import type { Authenticator } from '../../src/common/ports/authenticator.js';
import { AccessLog } from '../../src/modules/mcp/access-log.js';
import { CallMethods } from '../../src/modules/mcp/call-methods.js';
import type { CallerContext } from '../../src/modules/mcp/caller-context.js';
import { ChangeFeed } from '../../src/modules/mcp/changes/change-feed.js';
import { Channels } from '../../src/modules/mcp/channel/channels.js';
import { RequestState } from '../../src/modules/mcp/channel/request-state.js';
import { Completion } from '../../src/modules/mcp/completion.js';
import { FastLane } from '../../src/modules/mcp/fast-lane/fast-lane.js';
import { Listings } from '../../src/modules/mcp/listings.js';
import { McpMethods } from '../../src/modules/mcp/mcp-methods.js';
import { McpRoute } from '../../src/modules/mcp/mcp-route.js';
import { MirroredTools } from '../../src/modules/mcp/mirrored-tools.js';
import { RequestJournal } from '../../src/modules/mcp/request-journal.js';
import { RpcErrorMapper } from '../../src/modules/mcp/rpc-error-mapper.js';
import { RunningRequests } from '../../src/modules/mcp/running-requests.js';
import { LegacySessions } from '../../src/modules/mcp/sdk-lane/legacy-sessions.js';
import { SdkLane } from '../../src/modules/mcp/sdk-lane/sdk-lane.js';
import { SdkServers } from '../../src/modules/mcp/sdk-lane/sdk-servers.js';
import { ServerIdentity } from '../../src/modules/mcp/server-identity.js';
import { SessionMethods } from '../../src/modules/mcp/session-methods.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeClientLink } from '../fakes/fake-client-link.js';
import { FakeEndpointCaller } from '../fakes/fake-endpoint-caller.js';
import { FixedRuntime, type RuntimeParts } from '../fakes/fixed-runtime.js';
import { ManualReloader } from '../fakes/manual-reloader.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { RecordingMetrics } from '../fakes/recording-metrics.js';
import { FakeAuthenticator } from '../fakes/fake-authenticator.js';
import { aConfig } from './a-config.js';

export interface McpParts extends RuntimeParts {
  readonly http?: Partial<HttpConfig>;
  readonly authenticator?: Authenticator;
  readonly sessionLimit?: number;
  /** Leaves every request to the SDK lane. */
  readonly isFastLaneOff?: boolean;
}

/** The MCP edge around a FixedRuntime. */
export function anMcp(parts: McpParts = {}) {
  const runtimes = new FixedRuntime(parts);
  const log = new RecordingLog();
  const metrics = new RecordingMetrics();
  const clock = new FakeClock();
  const caller = new FakeEndpointCaller(runtimes);
  const listings = new Listings(runtimes);
  const methods = new McpMethods(
    listings,
    new CallMethods(caller, runtimes, new Channels(new RequestState(null, clock))),
    new Completion(runtimes),
    new SessionMethods(runtimes),
    new RpcErrorMapper(log),
    new RequestJournal(log, metrics, clock),
  );
  const running = new RunningRequests();
  const identity = new ServerIdentity(aConfig().server);
  const mirrored = new MirroredTools(runtimes);
  const servers = new SdkServers(methods, identity, runtimes, running, mirrored);
  const fastLane = new FastLane(methods, mirrored, running, identity);
  const reloader = new ManualReloader();
  const changes = new ChangeFeed(listings, runtimes, reloader);
  /** Puts another Runtime in the place of the one that serves. */
  const swap = (next: RuntimeParts): void => {
    runtimes.swap(next);
    reloader.swapped();
  };
  return { runtimes, log, metrics, clock, caller, methods, servers, fastLane, changes, swap };
}

/** The same behind `/mcp` of a Fastify that does not listen; `inject` reaches it. */
export function anMcpServer(parts: McpParts = {}) {
  const mcp = anMcp(parts);
  const http = { ...aConfig().http, ...parts.http };
  const sessions = new LegacySessions(mcp.clock, parts.sessionLimit);
  const lane = new SdkLane(mcp.servers, sessions, http.stateless, mcp.changes, mcp.log);
  const open: Authenticator = new FakeAuthenticator(() => anonymous);
  const app: FastifyInstance = Fastify();
  new AccessLog(mcp.log, mcp.metrics, false).mount(app);
  if (parts.isFastLaneOff === true) mcp.fastLane.answer = () => Promise.resolve(null);
  new McpRoute(mcp.fastLane, lane, parts.authenticator ?? open, mcp.log, http.bodyLimit).mount(app);
  return { ...mcp, app, lane, sessions };
}

/** An anonymous caller of the legacy era over HTTP; override what matters. */
export function aCaller(overrides: Partial<CallerContext> = {}): CallerContext {
  return {
    principal: anonymous,
    origin: 'http',
    era: 'legacy',
    headers: {},
    sessionId: null,
    session: null,
    link: new FakeClientLink(),
    correlationId: 'call-1',
    client: { ip: null, userAgent: null },
    requestBytes: 0,
    signal: new AbortController().signal,
    ...overrides,
  };
}
