import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { siteFileName } from '../project-root.js';

/** The folders of a new project, in the order in which they are explained. */
const projectFolders = [
  'tools',
  'resources',
  'prompts',
  'evals',
  'python',
  'plugins',
  'sql',
  'drift',
  'audit',
  'data',
] as const;

const helloWorldTool = `mxcp: 1
tool:
  name: hello_world
  description: Greets somebody by name
  enabled: true
  parameters:
    - name: name
      type: string
      description: Name of the person to greet
      examples: [World, Alice, Bob]
  return:
    type: string
    description: The greeting
  source:
    file: ../sql/hello-world.sql
`;

const helloWorldSql = `SELECT 'Hello, ' || $name || '!' AS greeting
`;

/** The example of `--bootstrap`, by path. */
export const bootstrapFiles: Readonly<Record<string, string>> = {
  'tools/hello-world.yml': helloWorldTool,
  'sql/hello-world.sql': helloWorldSql,
};

/** Writes the site file; the folder is created with its parents. */
export async function writeSiteFile(folder: string, project: string, profile: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const text = `mxcp: 1\nproject: ${yamlText(project)}\nprofile: ${yamlText(profile)}\n`;
  await writeFile(join(folder, siteFileName), text, { flag: 'wx' });
}

/** Creates the folders of a project, without placeholder files. */
export async function createFolders(folder: string): Promise<void> {
  for (const name of projectFolders) await mkdir(join(folder, name), { recursive: true });
}

/** Writes the example; never over a file that exists. */
export async function writeBootstrapFiles(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(bootstrapFiles)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
}

const plainWord = /^[A-Za-z_][\w-]*$/;
const yaml11Keyword = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** A string as YAML 1.1 reads it back: plain where that is safe, else quoted. */
function yamlText(text: string): string {
  return plainWord.test(text) && !yaml11Keyword.test(text) ? text : JSON.stringify(text);
}
