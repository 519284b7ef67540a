import type { Endpoint, EndpointProblem } from '../../common/domain/endpoint.js';

/** What was found in an endpoint's source, which is told of its definition file as a whole. */
export function sourceProblem(
  { file }: Endpoint,
  message: string,
  severity: EndpointProblem['severity'] = 'error',
): EndpointProblem {
  return { file: file ?? '', location: '', message, severity, line: null, column: null };
}
