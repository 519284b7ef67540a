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
}

export function incomingRequest({ headers, protocol, host, ip, id }: ServedRequest): IncomingRequest {
  return { headers, origin: `${protocol}://${host}`, ip, correlationId: id };
}
