import { readFile } from 'node:fs/promises';
import type { AppConfig } from '../../common/domain/app-config.js';
import {
  problemText,
  type Endpoint,
  type EndpointKind,
  type EndpointProblem,
} from '../../common/domain/endpoint.js';
import type { EndpointLoader } from '../../common/ports/endpoint-loader.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import { sqlTools } from './builtin/sql-tools.js';
import { checkDefinition } from './definition/definition-checks.js';
import {
  findDefinitionFiles,
  type DefinitionFile,
  type DefinitionFiles,
} from './definition/definition-files.js';
import { readDefinition } from './definition/definition-reader.js';
import type { Definition } from './definition/definition.js';
import { findDuplicates } from './definition/duplicates.js';
import { compileEndpoint } from './endpoint-compiler.js';
import { FrozenEndpointRegistry } from './frozen-endpoint-registry.js';
import { osErrorText } from './os-error-text.js';
import type { RegistryEntry } from './registry-entry.js';
import { SourceFiles } from './source-files.js';

/** How many definition files are read at once; the rest waits. */
const readsAtOnce = 32;

interface LoadedFile {
  readonly file: string;
  readonly problems: readonly EndpointProblem[];
  /** Disabled, or of another kind than its folder's. */
  readonly isSkipped: boolean;
  readonly loaded: LoadedDefinition | null;
}

interface LoadedDefinition {
  readonly definition: Definition;
  readonly endpoint: Endpoint;
  /** The first reason why the endpoint could not run as declared; null without one. */
  readonly refusal: string | null;
}

/** Reads the project's YAML files into a registry (endpoints.md §1); who loads tells what is wrong with them. */
export class YamlEndpointLoader implements EndpointLoader {
  async load(config: AppConfig): Promise<EndpointRegistry> {
    const { project, paths } = config;
    const found = await findDefinitionFiles(project.root, [
      ['tool', paths.tools],
      ['resource', paths.resources],
      ['prompt', paths.prompts],
    ]);
    const sources = new SourceFiles(project.root);
    const files = await mapBounded(found.files, readsAtOnce, (file) => loadFile(file, sources));
    const kept = files.filter((file) => !file.isSkipped);
    const loaded = kept.flatMap((file) => file.loaded ?? []);
    const duplicates = findDuplicates(loaded.map((one) => one.definition));
    const problems = [
      ...folderProblems(found),
      ...duplicates.values(),
      ...files.flatMap((file) => file.problems),
    ];
    const failed = new Set(problems.filter(isError).map((problem) => problem.file));
    return new FrozenEndpointRegistry({
      entries: loaded.map(({ endpoint, definition: { file }, refusal }): RegistryEntry => {
        return { endpoint, isServed: !failed.has(file), refusal: duplicates.get(file)?.message ?? refusal };
      }),
      problems,
      files: kept.map((file) => file.file),
      sqlTools: sqlTools(config.sqlTools),
      servesSqlTools: config.sqlTools.enabled,
    });
  }
}

async function loadFile(found: DefinitionFile, sources: SourceFiles): Promise<LoadedFile> {
  const { file, path, kinds } = found;
  const { definition, problems } = await read(path, file);
  if (definition === null) return { file, problems, isSkipped: false, loaded: null };
  const { body, kind } = definition;
  if (!kinds.includes(kind)) {
    return { file, problems: [wrongKind(definition, kinds)], isSkipped: true, loaded: null };
  }
  if (body.enabled === false) return { file, problems: [], isSkipped: true, loaded: null };
  const located = await sources.locate(definition);
  const { endpoint, problems: typeProblems } = compileEndpoint(definition, located);
  const sourceProblem = located.problem === null ? [] : [definition.finding(['source'], located.problem)];
  const refusal = typeProblems.find(isError);
  return {
    file,
    problems: [...problems, ...checkDefinition(definition), ...sourceProblem, ...typeProblems],
    isSkipped: false,
    loaded: { definition, endpoint, refusal: refusal === undefined ? null : problemText(refusal) },
  };
}

async function read(path: string, file: string): Promise<ReturnType<typeof readDefinition>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const problem = fileProblem(file, osErrorText(error, file), 'error');
    return { definition: null, problems: [problem] };
  }
  return readDefinition(bytes, file);
}

function wrongKind(definition: Definition, kinds: readonly EndpointKind[]): EndpointProblem {
  const text = `Skipping ${definition.file}: Expected ${kinds.join(' or ')} definition but not found`;
  return definition.finding([], text, 'warning');
}

function folderProblems({ ignored, unreadable }: DefinitionFiles): EndpointProblem[] {
  return [
    ...unreadable.map(({ folder, error }) => fileProblem(folder, osErrorText(error, folder), 'error')),
    ...ignored.map((file) =>
      fileProblem(file, `Skipping ${file}: definition files end in .yml, not .yaml`, 'warning'),
    ),
  ];
}

function fileProblem(file: string, message: string, severity: EndpointProblem['severity']): EndpointProblem {
  return { file, location: '', message, severity, line: null, column: null };
}

function isError(problem: EndpointProblem): boolean {
  return problem.severity === 'error';
}

/** The results in the order of the items, with at most `width` of them under way. */
async function mapBounded<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}
