const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;

/** The trace id of a W3C `traceparent` header; null when there is none or it is not valid. */
export function traceIdOf(header: string | undefined): string | null {
  const id = traceparent.exec(header?.trim() ?? '')?.[1];
  return id === undefined || /^0+$/.test(id) || header?.startsWith('ff') === true ? null : id;
}
