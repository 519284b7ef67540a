import type { EndpointProblem } from '../../../common/domain/endpoint.js';
import type { Printer } from '../printer.js';
import { fileLines, problemLines } from '../render/problem-lines.js';
import type { FileReport, ValidationReport } from './validation-report.js';

type Colors = Printer['colors'];

/** The report on all files for people. */
export function reportLines(report: ValidationReport, colors: Colors): readonly string[] {
  const { files, others, isOk } = report;
  const settings = settingsLines(report, colors);
  const warned = warningLines([...files.flatMap((file) => file.warnings), ...others], colors);
  if (files.length === 0) return ['ℹ️  No endpoints found to validate', ...settings, ...warned];
  const failed = files.filter((file) => !file.isOk);
  const passed = files.filter((file) => file.isOk);
  return [
    '',
    colors.bold('🔍 Validation Results'),
    `   Validated ${files.length} endpoint files`,
    ...countLine(passed.length, 'passed'),
    ...countLine(failed.length, 'failed'),
    ...(failed.length === 0 ? [] : ['', colors.red('❌ Failed validation:')]),
    ...failed.flatMap(({ path, errors }, index) => [
      ...(index === 0 ? [] : ['']),
      ...fileLines(colors.red('✗'), path, errors),
    ]),
    ...(passed.length === 0 ? [] : ['', colors.green('✅ Passed validation:')]),
    ...passed.map((file) => `  ${colors.green('✓')} ${file.path}`),
    ...settings,
    ...warned,
    '',
    verdictLine(isOk, warned.length > 0),
  ];
}

function settingsLines({ settings }: ValidationReport, colors: Colors): readonly string[] {
  if (settings.length === 0) return [];
  return ['', colors.red('❌ The server would not start:'), ...settings.map((problem) => `  • ${problem}`)];
}

function verdictLine(isOk: boolean, hasWarnings: boolean): string {
  if (!isOk) return '💡 Tip: Fix validation errors to ensure endpoints work correctly';
  return hasWarnings ? '🎉 All endpoints are valid, with warnings: see above' : '🎉 All endpoints are valid!';
}

/** The report on one file for people. */
export function oneFileLines(file: FileReport, colors: Colors): readonly string[] {
  const verdict = file.isOk ? colors.green('✅ Validation passed!') : colors.red('❌ Validation failed!');
  const found = [...file.errors, ...file.warnings].flatMap((problem) => ['', ...problemLines(problem)]);
  return [verdict, '', `📄 File: ${file.path}`, ...found];
}

function warningLines(warnings: readonly EndpointProblem[], colors: Colors): readonly string[] {
  if (warnings.length === 0) return [];
  return [
    '',
    colors.yellow('⚠️  Warnings:'),
    ...warnings.flatMap((problem) => fileLines('•', problem.file, [problem])),
  ];
}

function countLine(count: number, word: string): readonly string[] {
  return count === 0 ? [] : [`   • ${count} ${word}`];
}
