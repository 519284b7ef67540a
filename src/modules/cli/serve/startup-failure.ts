import { join } from 'node:path';
import { problemText, type EndpointProblem } from '../../../common/domain/endpoint.js';
import type { JsonObject } from '../../../common/domain/json.js';
import type { EndpointsInvalidError } from '../../../common/errors/endpoint-errors.js';
import { fileLines } from '../render/problem-lines.js';
import { problemJson } from '../validate/validation-report.js';

/** The document of a refused start (endpoints.md §1.1): absolute paths, each file's first problem as `error`. */
export function startupDocument(error: EndpointsInvalidError, root: string): JsonObject {
  return {
    status: 'error',
    message: error.message,
    failed_endpoints: byFile(error.problems).map(({ file, problems }) => ({
      path: join(root, file),
      error: firstText(problems),
      problems: problems.map(problemJson),
    })),
  };
}

/** The same for people (cli.md §4.2). */
export function startupLines(error: EndpointsInvalidError, root: string): readonly string[] {
  return [
    '',
    '❌ Server startup failed!',
    `   ${error.message}`,
    '',
    'Failed endpoints:',
    ...byFile(error.problems).flatMap(({ file, problems }) => [
      ...fileLines('✗', join(root, file), problems),
      '',
    ]),
    '💡 Tip: Fix validation errors or use --ignore-errors to start anyway',
  ];
}

interface FailedFile {
  readonly file: string;
  readonly problems: readonly EndpointProblem[];
}

function byFile(problems: readonly EndpointProblem[]): readonly FailedFile[] {
  return [...Map.groupBy(problems, (problem) => problem.file)]
    .map(([file, own]) => ({ file, problems: own }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

function firstText([first]: readonly EndpointProblem[]): string {
  return first === undefined ? '' : problemText(first);
}
