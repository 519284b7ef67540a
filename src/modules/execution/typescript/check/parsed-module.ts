import { stripTypeScriptTypes } from 'node:module';
import { parse, type Program } from 'acorn';
import { unsupportedAdvice } from '../unsupported-syntax.js';

export type ParsedModule =
  | { readonly program: Program }
  /** Why the text is no module; the line is 1-based, null when unknown. */
  | { readonly failure: string; readonly line: number | null };

/**
 * Parses a module as Node.js would run it; leaving out types moves nothing.
 * @param isTyped false for JavaScript
 */
export function parseModule(code: string, isTyped: boolean): ParsedModule {
  try {
    const options = { ecmaVersion: 'latest', sourceType: 'module', locations: true } as const;
    const lenient = { allowHashBang: true, allowReturnOutsideFunction: true };
    return { program: parse(isTyped ? stripTypeScriptTypes(code) : code, { ...options, ...lenient }) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { failure: failureText(error), line: lineOf(error) };
  }
}

function failureText(error: SyntaxError): string {
  const isUnsupported = 'code' in error && error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  const message = error.message.replace(/ \(\d+:\d+\)$/, '');
  return isUnsupported ? `${message}; ${unsupportedAdvice}` : message;
}

/** Acorn says the place in `loc`, Node.js in the first line of the stack: `:3`. */
function lineOf(error: SyntaxError): number | null {
  if ('loc' in error && typeof error.loc === 'object' && error.loc !== null && 'line' in error.loc) {
    return Number(error.loc.line);
  }
  const [, line] = /^[^\n]*:(\d+)\n/.exec(error.stack ?? '') ?? [];
  return line === undefined ? null : Number(line);
}
