/** What is known of an HTTP request before anybody knows who sent it. */
export interface IncomingRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Scheme, host and port as the client sees them: of a trusted proxy's headers, else of the request. */
  readonly origin: string;
  readonly ip: string;
  readonly correlationId: string;
}

/** A request as the HTTP server has it. */
interface ServedRequest {
  readonly headers: IncomingRequest['headers'];
  readonly protocol: string;
  readonly host: string;
  readonly ip: string;
  readonly id: string;
  readonly raw: {
    /** Names and values in turn, as they came. */
    readonly rawHeaders: readonly string[];
  };
}

export function incomingRequest({ headers, protocol, host, ip, id, raw }: ServedRequest): IncomingRequest {
  const credentials = headerValues('authorization', raw.rawHeaders);
  return {
    // Node.js keeps the first of several and says nothing; whoever is in front may have looked at another
    headers: credentials.length > 1 ? { ...headers, authorization: credentials } : headers,
    origin: `${protocol}://${host}`,
    ip,
    correlationId: id,
  };
}

/**
 * All values that a header was sent with; Node.js keeps the first of several.
 * @param name in lower case
 * @param rawHeaders names and values in turn
 */
export function headerValues(name: string, rawHeaders: readonly string[]): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index];
    if (sent?.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
