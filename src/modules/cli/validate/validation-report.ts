import { problemText, type EndpointProblem } from '../../../common/domain/endpoint.js';
import type { JsonObject } from '../../../common/domain/json.js';

/** What was found about one definition file. */
export interface FileReport {
  /** Relative to the project root. */
  readonly path: string;
  readonly isOk: boolean;
  readonly errors: readonly EndpointProblem[];
  readonly warnings: readonly EndpointProblem[];
}

/** What was found about all of them, ordered by path. */
export interface ValidationReport {
  readonly files: readonly FileReport[];
  /** Warnings about files that define no endpoint: of another kind, or named `.yaml`. */
  readonly others: readonly EndpointProblem[];
  /** Settings with which the server would not start; each a whole sentence. */
  readonly settings: readonly string[];
  readonly isOk: boolean;
}

/** Sorts problems to their files; with `isStrict` a warning fails its file too (cli.md §4.5). */
export function validationReport(
  files: readonly string[],
  problems: readonly EndpointProblem[],
  settings: readonly string[],
  isStrict: boolean,
): ValidationReport {
  const failing = problems.filter((problem) => problem.severity === 'error').map(({ file }) => file);
  const known = new Set([...files, ...failing]);
  const reports = [...known].sort().map((path) => fileReport(path, problems, isStrict));
  const others = problems.filter((problem) => !known.has(problem.file));
  const isOk =
    settings.length === 0 &&
    reports.length > 0 &&
    reports.every((report) => report.isOk) &&
    !(isStrict && others.length > 0);
  return { files: reports, others, settings, isOk };
}

function fileReport(path: string, problems: readonly EndpointProblem[], isStrict: boolean): FileReport {
  const own = problems.filter((problem) => problem.file === path);
  const errors = own.filter((problem) => problem.severity === 'error');
  const warnings = own.filter((problem) => problem.severity === 'warning');
  return { path, isOk: errors.length === 0 && !(isStrict && warnings.length > 0), errors, warnings };
}

/** The `result` of all files (cli.md §4.5). */
export function reportJson({ files, others, settings, isOk }: ValidationReport): JsonObject {
  return {
    status: isOk ? 'ok' : 'error',
    validated: files.map(fileJson),
    ...(files.length === 0 ? { message: 'No endpoints found' } : {}),
    ...(settings.length === 0
      ? {}
      : {
          problems: settings.map((message) => ({ location: 'config', message, line: null, column: null })),
        }),
    ...(others.length === 0
      ? {}
      : { warnings: others.map((problem) => ({ path: problem.file, ...problemJson(problem) })) }),
  };
}

/** The `result` of one file; `message` is its first problem. */
export function fileJson({ path, isOk, errors, warnings }: FileReport): JsonObject {
  const first = errors[0] ?? warnings[0];
  return {
    status: isOk ? 'ok' : 'error',
    path,
    ...(isOk || first === undefined ? {} : { message: problemText(first) }),
    ...(errors.length === 0 ? {} : { problems: errors.map(problemJson) }),
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(problemJson) }),
  };
}

/** One problem as scripts read it; line and column count from 1. */
export function problemJson({ location, message, suggestion, line, column }: EndpointProblem): JsonObject {
  return { location, message, ...(suggestion === undefined ? {} : { suggestion }), line, column };
}
