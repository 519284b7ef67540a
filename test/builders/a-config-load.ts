import { join } from 'node:path';
import type { AppConfig } from '../../src/common/domain/app-config.js';
import type { ConfigRequest } from '../../src/common/ports/config-loader.js';
import { Environment } from '../../src/modules/config/environment.js';
import { YamlConfigLoader } from '../../src/modules/config/yaml-config-loader.js';
import { aFolder } from './a-project-folder.js';

export interface ConfigParts {
  /** `mxcp-site.yml`; by default the smallest one, of project `acme` and profile `dev`. */
  readonly site?: string;
  /** `home/.mxcp/config.yml`. */
  readonly user?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly request?: ConfigRequest;
  /** Below the project. */
  readonly cwd?: string;
  readonly isTerminal?: boolean;
}

export const smallestSite = 'mxcp: 1\nproject: acme\nprofile: dev\n';

export interface ConfigProject {
  readonly root: string;
  readonly home: string;
  load(request?: ConfigRequest): Promise<AppConfig>;
}

/** A project folder with its own home folder, and a loader that sees nothing else. */
export async function aConfigProject(parts: ConfigParts = {}): Promise<ConfigProject> {
  const folder = await aFolder({
    'work/mxcp-site.yml': parts.site ?? smallestSite,
    'home/empty': '',
    ...(parts.user === undefined ? {} : { 'home/.mxcp/config.yml': parts.user }),
    ...Object.fromEntries(Object.entries(parts.files ?? {}).map(([name, text]) => [`work/${name}`, text])),
  });
  const root = join(folder, 'work');
  const home = join(folder, 'home');
  const environment = new Environment({
    variables: parts.env ?? {},
    cwd: join(root, parts.cwd ?? '.'),
    home,
    cpuCount: 3,
    threadPoolSize: 16,
    isTerminal: parts.isTerminal ?? false,
  });
  const loader = new YamlConfigLoader(environment);
  return { root, home, load: (request) => loader.load(request ?? parts.request ?? {}) };
}

/** One load of such a project. */
export async function loadConfig(parts: ConfigParts = {}): Promise<AppConfig & ConfigProject> {
  const project = await aConfigProject(parts);
  return { ...(await project.load()), ...project };
}

/** The user file of project `acme` with one profile `dev`, given as YAML indented by nothing. */
export function userProfile(profile: string, name = 'dev'): string {
  const indented = profile.split('\n').map((line) => `        ${line}`);
  return `mxcp: 1\nprojects:\n  acme:\n    profiles:\n      ${name}:\n${indented.join('\n')}\n`;
}

/** The same for the site file. */
export function siteProfile(profile: string, name = 'dev'): string {
  const indented = profile.split('\n').map((line) => `    ${line}`);
  return `${smallestSite}profiles:\n  ${name}:\n${indented.join('\n')}\n`;
}
