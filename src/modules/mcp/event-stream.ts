/** Longest silence on a stream: proxies cut what says nothing for a minute, and a peer that vanished must show. */
const SILENCE_LIMIT_MS = 15_000;

/**
 * An SSE body as it goes out. Headers leave with the first bytes, so a comment opens it before anything happens;
 * another fills each silence.
 * @param body whole events in each chunk
 * @param ended when the client has gone: a stream on which nothing happens would not notice
 */
export async function* eventStream(
  body: ReadableStream<Uint8Array>,
  ended: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  ended.addEventListener('abort', () => void reader.cancel(), { once: true });
  yield comment('open');
  for (;;) {
    const next = reader.read();
    let read = await orSilence(next);
    for (; read === null; read = await orSilence(next)) yield comment('keep-alive');
    if (read.done) return;
    yield read.value;
  }
}

function comment(text: string): Uint8Array {
  return Buffer.from(`: ${text}\n\n`);
}

/** What comes, or null when nothing does in time. */
function orSilence<T>(next: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, SILENCE_LIMIT_MS, null);
    void next.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
