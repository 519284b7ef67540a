/** What `/health` of a server of ours says of itself. */
export interface HealthAnswer {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly version: string;
  readonly uptimeSeconds: number;
}

/** Why nobody knows how the server is; `reason` goes on where the URL that was asked ends. */
export interface NoHealthAnswer {
  readonly reason: string;
  readonly cause?: unknown;
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
}

/** Most that is read of an answer; ours has less than 1 KB. */
const ANSWER_LIMIT_BYTES = 65_536;

/**
 * Asks once, without following redirects: whoever answers elsewhere is not the server that was asked for. Never
 * rejects.
 * @param signal ends it early
 */
export async function askHealth(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HealthAnswer | NoHealthAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const received = await answerOf(url, AbortSignal.any([timeout, signal]));
    if (received === null) return { reason: 'ended the connection without an answer' };
    const { status, location, text } = received;
    const answer = [200, 503].includes(status) ? readHealth(text) : null;
    const target = location === undefined ? '' : ` with a redirect to ${location.slice(0, 200)}`;
    return answer ?? { reason: `answered ${status}${target} and no health of an mxcp server` };
  } catch (cause) {
    if (timeout.aborted) return { reason: `did not answer within ${timeoutMs / 1000} seconds`, cause };
    return { reason: `cannot be reached: ${networkText(cause)}`, cause };
  }
}

/**
 * Null when the connection ends without one. Not by `fetch`, which refuses ports such as 6000 and may go through a proxy;
 * text beyond the limit is left out.
 */
async function answerOf(url: string, signal: AbortSignal): Promise<Answer | null> {
  // loaded here, so that no other command waits for them
  const { get } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal }, (response) => {
      const { statusCode = 0, headers } = response;
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = (): void => {
        resolve({
          status: statusCode,
          location: headers.location,
          text: Buffer.concat(chunks).toString('utf8'),
        });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.byteLength;
        if (length <= ANSWER_LIMIT_BYTES) return;
        finish();
        request.destroy();
      });
      response.on('end', finish).on('error', reject);
    });
    request.on('error', reject);
    // an answer of 101 brings neither an answer nor an error
    request.on('close', () => {
      resolve(null);
    });
  });
}

function readHealth(text: string): HealthAnswer | null {
  const { status, version, uptime_seconds: uptimeSeconds } = membersOf(text);
  if (status !== 'healthy' && status !== 'degraded' && status !== 'unhealthy') return null;
  if (typeof version !== 'string' || typeof uptimeSeconds !== 'number') return null;
  // it is printed, and must not command the terminal
  if (!/^[\w.+-]{1,100}$/.test(version)) return null;
  return { status, version, uptimeSeconds };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // no JSON, so no answer of ours
    return {};
  }
}

/** Several addresses of one name fail one by one, under an error that says nothing. */
function networkText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(networkText).join(', ');
  return error instanceof Error ? error.message : String(error);
}
