import type { JsonValue } from '../../../../common/domain/json.js';
import type { CallTask, Failure, OpenTask, ThreadResult, ThreadTask } from '../thread-messages.js';
import { ThreadState } from '../thread-state.js';
import { contentOf } from '../author/content.js';
import { CallScope, currentScope } from './call-scope.js';
import { ExitedError, LoadError, ResultTooLargeError } from './errors.js';
import { guardThread } from './guards.js';
import { ModuleLoader, type EndpointFunction } from './module-loader.js';
import { captureOutput } from './output-capture.js';
import { plainResult } from './result-value.js';
import { ThreadLink } from './thread-link.js';
import { framesOf, isA, messageOf, placeOf, typeNameOf } from './thrown.js';

/** Items that cross at once; the server goes on with other work between two parts. */
const PART_ITEMS = 1_000;

interface Thread {
  readonly root: string;
  readonly state: ThreadState;
  readonly link: ThreadLink;
  readonly loader: ModuleLoader;
}

let thread: Thread | null = null;

/** What the pool runs in a thread: first an `open`, then any number of calls, also at the same time. */
export default function run(task: ThreadTask): ThreadResult | Promise<ThreadResult> {
  if (task.kind === 'open') {
    thread = open(task);
    return { kind: 'opened' };
  }
  // the first task opens
  return call(thread as Thread, task);
}

function open({ port, state, root }: OpenTask): Thread {
  const shared = new ThreadState(state);
  const link = new ThreadLink(port, shared);
  captureOutput(link);
  guardThread(link, root);
  return { root, state: shared, link, loader: new ModuleLoader(root) };
}

async function call({ root, state, link, loader }: Thread, task: CallTask): Promise<ThreadResult> {
  if (task.module !== null) loader.register(task.endpoint, task.module);
  if (!state.begin(task.slot)) return { kind: 'taken' };
  const scope = new CallScope(task, link);
  link.open(scope);
  try {
    const work = loader.known(task.endpoint) ?? (await load(loader, state, task));
    state.running = task.slot;
    const result = currentScope.run(scope, () => resultOf(work, task, link));
    state.running = null;
    const outcome = await Promise.race([scope.exit, result]);
    if (scope.forgotten > 0) warnOfForgotten(scope, link);
    return outcome;
  } catch (error) {
    return { kind: 'failure', failure: failureOf(error, root, link) };
  } finally {
    link.close(scope);
  }
}

/** What still runs is dropped with the call, and its error with it. */
function warnOfForgotten({ task, forgotten }: CallScope, link: ThreadLink): void {
  const calls = forgotten === 1 ? '1 call' : `${forgotten} calls`;
  link.log({
    level: 'warning',
    text: `The function returned before ${calls} of mxcp-server/runtime had ended: is an await missing?`,
    endpoint: task.endpoint,
    file: null,
    line: null,
  });
}

/** A module belongs to no call, so it is loaded outside of this one; its first lines are on this one's account. */
async function load(loader: ModuleLoader, state: ThreadState, task: CallTask): Promise<EndpointFunction> {
  state.running = task.slot;
  const loading = loader.find(task.endpoint);
  state.running = null;
  return loading;
}

async function resultOf(work: EndpointFunction, task: CallTask, link: ThreadLink): Promise<ThreadResult> {
  const { blob, limits } = task;
  const returned = await work(task.input);
  const blocks = contentOf(returned);
  if (blocks !== null) return { kind: 'content', blocks };
  if (returned instanceof Uint8Array && blob !== null) {
    return { kind: 'content', blocks: [{ type: 'resource', ...blob, ...bytesMember(returned) }] };
  }
  const value = await plainResult(returned, limits);
  return Array.isArray(value) && value.length > PART_ITEMS
    ? sendParts(value, task.call, link)
    : { kind: 'value', value };
}

function bytesMember(bytes: Uint8Array): { readonly blob: string } {
  return { blob: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
}

async function sendParts(items: readonly JsonValue[], call: number, link: ThreadLink): Promise<ThreadResult> {
  for (let from = 0; from < items.length; from += PART_ITEMS) {
    await link.request(call, 'part', { items: items.slice(from, from + PART_ITEMS) });
  }
  return { kind: 'parts' };
}

function failureOf(error: unknown, root: string, link: ThreadLink): Failure {
  const place = isA(error, LoadError) ? error : placeOf(error, root);
  return {
    kind: isA(error, ResultTooLargeError) ? 'too-large' : isA(error, ExitedError) ? 'exited' : 'failed',
    message: messageOf(error),
    type: typeNameOf(error),
    file: place?.file ?? null,
    line: place?.line ?? null,
    stack: framesOf(error),
    serverError: link.serverErrorOf(error),
  };
}
