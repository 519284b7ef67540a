import { problemText, type EndpointProblem } from '../../../common/domain/endpoint.js';

/** A file and what was found about it, as every report on files shows it. */
export function fileLines(
  mark: string,
  path: string,
  problems: readonly EndpointProblem[],
): readonly string[] {
  return [`  ${mark} ${path}`, ...problems.flatMap(problemLines).map((line) => `    ${line}`)];
}

/** `Error: <first line>` or `Warning: …`, the other lines indented, and where it stands in the file. */
export function problemLines(problem: EndpointProblem): readonly string[] {
  const [first = '', ...more] = problemText(problem)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const { file, line, column, severity, suggestion } = problem;
  const word = severity === 'error' ? 'Error' : 'Warning';
  const hint = suggestion === undefined ? '' : ` (did you mean '${suggestion}'?)`;
  const place = line === null ? [] : [`  at ${file}:${line}${column === null ? '' : `:${column}`}`];
  return [`${word}: ${first}${hint}`, ...more.map((text) => `  ${text}`), ...place];
}
