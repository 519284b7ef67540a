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
  const credentials = valuesOf('authorization', raw.rawHeaders);
  return {
    // Node.js keeps the first of several and says nothing; whoever is in front may have looked at another
    headers: credentials.length > 1 ? { ...headers, authorization: credentials } : headers,
    origin: `${protocol}://${host}`,
    ip,
    correlationId: id,
  };
}

function valuesOf(name: string, rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter(
    (_value, index) =>
      index % 2 === 1 &&
      rawHeaders[index - 1]?.length === name.length &&
      rawHeaders[index - 1]?.toLowerCase() === name,
  );
}
