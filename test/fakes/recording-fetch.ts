/** A request that was made. */
export interface Fetched {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Answers by URL from a table, `fetch`'s stand-in for hosts that no test may reach, and keeps what was asked. */
export class RecordingFetch {
  readonly fetched: Fetched[] = [];

  constructor(private readonly answers: Readonly<Record<string, object>>) {}

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers } = request;
    this.fetched.push({ method, url, headers, body: await request.text() });
    const answer = this.answers[url];
    return answer === undefined ? new Response('', { status: 404 }) : Response.json(answer);
  };

  /** The one request to this URL. */
  to(url: string): Fetched {
    const [found, ...others] = this.fetched.filter((request) => request.url === url);
    if (found === undefined || others.length > 0) throw new Error(`not exactly one request to ${url}`);
    return found;
  }
}
