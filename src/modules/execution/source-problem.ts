import type { Endpoint, EndpointProblem } from '../../common/domain/endpoint.js';

/** What was found in an endpoint's source, which is told of where its definition gives it. */
export function sourceProblem(
  { file, sourcePosition }: Endpoint,
  message: string,
  severity: EndpointProblem['severity'] = 'error',
): EndpointProblem {
  const { line, column } = sourcePosition ?? { line: null, column: null };
  return { file: file ?? '', location: '', message, severity, line, column };
}
