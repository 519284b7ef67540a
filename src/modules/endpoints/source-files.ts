import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import type { Language, Source } from '../../common/domain/endpoint.js';
import { rootRelative } from './definition/definition-files.js';
import type { Definition } from './definition/definition.js';
import { osErrorText } from './os-error-text.js';

export interface LocatedSource {
  readonly language: Language;
  readonly source: Source;
  /** Why the code cannot be used, complete in itself; null when it can. */
  readonly problem: string | null;
}

type CodeLanguage = Exclude<Language, 'prompt'>;
type Read = { readonly code: string } | { readonly failure: string };

const languages: readonly string[] = ['sql', 'python', 'typescript'] satisfies CodeLanguage[];

const languageByExtension: Readonly<Record<string, CodeLanguage>> = {
  '.sql': 'sql',
  '.py': 'python',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.js': 'typescript',
  '.mjs': 'typescript',
};

/** Finds the code of endpoints; a SQL file that several share is read once. */
export class SourceFiles {
  readonly #read = new Map<string, Promise<Read>>();

  constructor(private readonly root: string) {}

  /** The code and language of one definition (endpoints.md §1.6). Never throws for what is in the files. */
  async locate(definition: Definition): Promise<LocatedSource> {
    const { body } = definition;
    if (body.kind === 'prompt') {
      const messages = body.messages.map(({ prompt, role, type }, index) => {
        const position = definition.positionOf(['messages', index, 'prompt']);
        return { prompt, role: role ?? null, type: type ?? null, position };
      });
      return { language: 'prompt', source: { kind: 'messages', messages }, problem: null };
    }
    const language = body.language ?? impliedLanguage(body.source);
    if (!body.source.file) return inline(language, body.source.code ?? '');
    const path = this.#path(definition.file, body.source.file);
    return language === 'sql' ? this.#sqlFile(path) : this.#codeFile(language, path);
  }

  /** Relative to the definition's folder; a leading slash means the project root. */
  #path(definitionFile: string, file: string): string {
    if (isAbsolute(file)) return join(this.root, file);
    return resolve(this.root, dirname(definitionFile), file);
  }

  async #sqlFile(path: string): Promise<LocatedSource> {
    let reading = this.#read.get(path);
    if (reading === undefined) {
      reading = this.#readText(path);
      this.#read.set(path, reading);
    }
    const read = await reading;
    if ('failure' in read) {
      const { failure } = read;
      return { language: 'sql', source: { kind: 'file', path, code: null, failure }, problem: failure };
    }
    const { code } = read;
    return { language: 'sql', source: { kind: 'file', path, code }, problem: emptiness(code) };
  }

  async #readText(path: string): Promise<Read> {
    const file = rootRelative(this.root, path);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      return { failure: `Error resolving source code: ${osErrorText(error, file)}` };
    }
    if (!isUtf8(bytes)) {
      return { failure: `Error resolving source code: ${file} is not UTF-8 text; save it as UTF-8` };
    }
    return { code: new TextDecoder('utf-8').decode(bytes) };
  }

  async #codeFile(language: 'python' | 'typescript', path: string): Promise<LocatedSource> {
    const source = { kind: 'file', path, code: null } as const;
    if (await isFile(path)) return { language, source, problem: null };
    const word = language === 'python' ? 'Python' : 'TypeScript';
    const failure = `${word} source file not found: ${rootRelative(this.root, path)}`;
    return { language, source: { ...source, failure }, problem: failure };
  }
}

function inline(language: CodeLanguage, code: string): LocatedSource {
  const problem = language === 'sql' ? emptiness(code) : null;
  return { language, source: { kind: 'inline', code }, problem };
}

function impliedLanguage(source: {
  language?: string | null | undefined;
  file?: string | null | undefined;
}): CodeLanguage {
  const named = source.language ?? '';
  if (isLanguage(named)) return named;
  return languageByExtension[extname(source.file ?? '').toLowerCase()] ?? 'sql';
}

function isLanguage(word: string): word is CodeLanguage {
  return languages.includes(word);
}

function emptiness(code: string): string | null {
  return code.trim() === '' ? 'No SQL query found' : null;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // missing and unreachable are the same to the caller, who reports it
    return false;
  }
}
