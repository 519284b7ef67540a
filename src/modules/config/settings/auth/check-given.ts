import type { Findings } from './findings.js';

/** A required text that a variable without a value may have emptied. @param field as the file has it */
export function checkGiven(field: string, text: string, findings: Findings): void {
  if (text === '') findings.problem(`${field} must not be empty`);
}
