import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse, YAMLSeq } from 'yaml';
import { z } from 'zod';
import { repository } from './command.ts';

/** The parts of a Compose file that tests look at; the syntax is Compose's own affair. */
const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  healthcheck: z.record(z.string(), z.unknown()).optional(),
  stop_grace_period: z.string().optional(),
  restart: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  container_name: z.string().optional(),
});

export type ComposeService = z.infer<typeof service>;

const composeFile = z.object({
  // a file that is added to another names that one's services without an image
  services: z.record(z.string(), service.partial({ image: true })),
  volumes: z.record(z.string(), z.null()).default({}),
});

const reset = { tag: '!reset', collection: 'seq', nodeClass: YAMLSeq } as const;

/** The root file, files that are added to it, and files that work alone. */
export const rootFile = 'docker-compose.yml';
export const addedFiles = ['keycloak', 'monitoring', 'tracing'].map((name) => `deploy/compose/${name}.yml`);
export const standaloneFiles = ['docker-compose.mcpo', 'observability'].map(
  (name) => `deploy/compose/${name}.yml`,
);
export const composeFiles: readonly string[] = [rootFile, ...addedFiles, ...standaloneFiles];

export const textOfFile = (file: string): string => readFileSync(resolve(repository, file), 'utf8');

/** The services of one Compose file. */
export function servicesOf(file: string): ReadonlyMap<string, Partial<ComposeService>> {
  const { services } = composeFile.parse(parse(textOfFile(file), { customTags: [reset] }));
  return new Map(Object.entries(services).map(([name, found]) => [name, clean(found)]));
}

function clean(found: object): Partial<ComposeService> {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The files that one command names: an added file comes after the root file. */
export function commandFiles(file: string): readonly string[] {
  return addedFiles.includes(file) ? [rootFile, file] : [file];
}

/** The folder that relative paths of a file start from: that of the first file of its command. */
export function baseOf(file: string): string {
  return dirname(resolve(repository, commandFiles(file)[0] ?? file));
}

/** Variables without which a file is refused. */
export function requiredBy(file: string): readonly string[] {
  return namesIn(file, /\$\{(\w+):\?/g);
}

/** All variables that a file reads, those taken over by their name included. */
export function variablesOf(file: string): readonly string[] {
  const takenOver = [...servicesOf(file).values()].flatMap(({ environment = {} }) =>
    Object.keys(environment).filter((name) => environment[name] === null),
  );
  return [...new Set([...namesIn(file, /\$\{(\w+)/g), ...takenOver])];
}

function namesIn(file: string, pattern: RegExp): readonly string[] {
  return [...new Set([...textOfFile(file).matchAll(pattern)].map(([, name = '']) => name))];
}
