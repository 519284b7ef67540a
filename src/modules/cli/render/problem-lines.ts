import { problemText, type EndpointProblem } from '../../../common/domain/endpoint.js';

/** `Error: <first line>`, the other lines indented, and where it stands in the file. */
export function problemLines(word: string, problem: EndpointProblem): readonly string[] {
  const [first = '', ...more] = problemText(problem)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const { file, line, column, suggestion } = problem;
  const hint = suggestion === undefined ? '' : ` (did you mean '${suggestion}'?)`;
  const place = line === null ? [] : [`  at ${file}:${line}${column === null ? '' : `:${column}`}`];
  return [`${word}: ${first}${hint}`, ...more.map((text) => `  ${text}`), ...place];
}
