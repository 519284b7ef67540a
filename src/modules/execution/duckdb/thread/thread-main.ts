import { parentPort, workerData } from 'node:worker_threads';
import { UnavailableError } from '../../../../common/errors/server-errors.js';
import { LocalDatabase, type StatementServices } from '../local-database.js';
import { StatementLanes } from '../statement-lanes.js';
import { FunctionBridge } from './function-bridge.js';
import { portable, toThreadError } from './thread-error.js';
import { configOf, ThreadHost } from './thread-host.js';
import type { FromThread, ThreadStart, ToThread } from './thread-messages.js';

/** The entry of a database thread: opens the database, then answers until the question `end`. */
async function main(start: ThreadStart, port: NonNullable<typeof parentPort>): Promise<void> {
  const send = (message: FromThread): void => {
    port.postMessage(message);
  };
  const leave = (): void => {
    start.calls.close();
    port.close();
  };
  let host: ThreadHost | null = null;
  const services = servicesOf(start, send, () => host?.poolsChanged());
  const bridge = new FunctionBridge(start.functions, start);
  try {
    const database = await LocalDatabase.open(configOf(start.config), services, bridge);
    host = new ThreadHost(database, bridge, send, leave);
  } catch (error) {
    send({ kind: 'failed', id: null, error: toThreadError(error) });
    leave();
    return;
  }
  const ready = host;
  port.on('message', (message: ToThread) => {
    ready.receive(message);
  });
  send({ kind: 'ready' });
}

/** Log and metrics go to the main thread, which has the real ones. */
function servicesOf(
  { threadCount }: ThreadStart,
  send: (message: FromThread) => void,
  changed: () => void,
): StatementServices {
  let lastStatement = 0;
  return {
    lanes: new StatementLanes(threadCount),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    log: {
      write: (level, logger, message, fields, error) => {
        send({ kind: 'log', level, logger, message, fields, error: portable(error) });
      },
    },
    metrics: {
      poolAcquired: (seconds) => {
        send({ kind: 'poolAcquired', seconds });
        changed();
      },
      statementStarted: () => {
        lastStatement += 1;
        const statement = lastStatement;
        send({ kind: 'statementStarted', statement });
        return (status) => {
          send({ kind: 'statementEnded', statement, status });
        };
      },
    },
  };
}

if (parentPort === null) throw new UnavailableError('This file does not run by itself');
await main(workerData as ThreadStart, parentPort);
