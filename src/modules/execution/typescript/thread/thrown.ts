import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const LONGEST_MESSAGE = 10_000;
/** `at f (file:///x.ts:3:5)`, `at /x.js:3:5`, and the first line of a syntax error's stack, `file:///x.ts:3`. */
const place = /(?:^|\(|at (?:async )?)(file:\/\/[^\s()]+?|\/[^\s()]+?):(\d+)(?::\d+)?\)?$/;

export interface Place {
  /** Below the project root, with forward slashes. */
  readonly file: string;
  readonly line: number;
}

/** What was thrown, in words for the caller: an error's own message, whatever odd thing it is. Never throws. */
export function messageOf(thrown: unknown): string {
  try {
    return words(thrown).slice(0, LONGEST_MESSAGE);
  } catch {
    // a message that throws when it is read; the class may still be told
    return `${typeNameOf(thrown)} (its message cannot be read)`;
  }
}

/** The class of what was thrown. Never throws. */
export function typeNameOf(thrown: unknown): string {
  try {
    if (thrown === null || typeof thrown !== 'object') return typeof thrown;
    const name: unknown = 'name' in thrown && isA(thrown, Error) ? thrown.name : thrown.constructor.name;
    return typeof name === 'string' && name !== '' ? name.slice(0, 100) : 'Error';
  } catch {
    // a proxy, or an object without a prototype
    return 'object';
  }
}

/** `instanceof` for whatever was thrown: a proxy may throw when it is asked for its class. */
export function isA<T>(thrown: unknown, type: abstract new (...parameters: never[]) => T): thrown is T {
  try {
    return thrown instanceof type;
  } catch {
    return false;
  }
}

/** The frames of a stack without its message, which may hold what is nobody's business. */
export function framesOf(thrown: unknown): string {
  return stackLines(thrown)
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/** The innermost place below the project root that is the project's own code. */
export function placeOf(thrown: unknown, root: string): Place | null {
  for (const line of stackLines(thrown)) {
    const [, at = '', number = ''] = place.exec(line) ?? [];
    const file = at === '' ? null : projectFile(at, root);
    if (file !== null) return { file, line: Number(number) };
  }
  return null;
}

function words(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown === '' ? 'The endpoint threw an empty text' : thrown;
  if (typeof thrown !== 'object' || thrown === null) return `The endpoint threw ${String(thrown)}`;
  const message: unknown = 'message' in thrown ? thrown.message : undefined;
  if (typeof message === 'string' && message !== '') return message;
  return isA(thrown, Error) ? typeNameOf(thrown) : `The endpoint threw an object (${typeNameOf(thrown)})`;
}

function stackLines(thrown: unknown): readonly string[] {
  try {
    const stack = typeof thrown === 'object' && thrown !== null && 'stack' in thrown ? thrown.stack : '';
    return typeof stack === 'string' ? stack.split('\n') : [];
  } catch {
    // a stack that throws when it is read says nothing
    return [];
  }
}

function projectFile(at: string, root: string): string | null {
  const path = at.startsWith('file:') ? pathOf(at) : at;
  if (path === null) return null;
  const file = relative(root, path).replaceAll(sep, '/');
  return file.startsWith('../') || file.startsWith('/') || file.includes('node_modules/') ? null : file;
}

/** Null for what no module has as its URL; a stack is a text that anybody can set. */
function pathOf(url: string): string | null {
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ''));
  } catch {
    return null;
  }
}
