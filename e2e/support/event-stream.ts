/** A message that came on a stream, and when. */
export interface Arrival {
  readonly atMs: number;
  readonly message: Readonly<Record<string, unknown>>;
}

/** Reads an SSE answer as it arrives; comments are left out. */
export async function* arrivals(response: Response): AsyncGenerator<Arrival> {
  if (response.body === null) throw new Error(`no body: ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const atMs = performance.now();
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.+)$/m.exec(event)?.[1];
      if (data !== undefined) yield { atMs, message: JSON.parse(data) as Record<string, unknown> };
    }
  }
}
