import { join, resolve } from 'node:path';
import { ConfigInvalidError, UserConfigNotFoundError } from '../../common/errors/config-errors.js';
import { nearest } from '../../common/yaml/nearest.js';
import type { YamlPath, YamlSource } from '../../common/yaml/yaml-source.js';
import { readConfigFile } from './config-file.js';
import type { Draft } from './document-check.js';
import type { Environment } from './environment.js';
import { changeMember, isMapping, member, onlyMember, type Mapping } from './mapping.js';
import { normaliseUser } from './user-normaliser.js';
import type { Variables } from './variables.js';
import { checkVersion } from './version-check.js';

/** The user file as read: parsed, of the right version, null maps filled, references as written. */
export class UserFile {
  private constructor(
    readonly path: string,
    readonly source: YamlSource,
    readonly tree: Mapping,
    readonly warnings: readonly string[],
  ) {}

  /**
   * The file that `MXCP_CONFIG` or its alias names, else the one in the home directory (configuration.md §1.2).
   * @returns null when nothing names one and the default is absent
   * @throws ConfigNotFoundError, ConfigInvalidError, YamlSyntaxError
   */
  static async find(environment: Environment, variables: Variables): Promise<UserFile | null> {
    const named = variables.setting('MXCP_CONFIG') ?? variables.setting('MXCP_CONFIG_PATH');
    const path =
      named === undefined ? join(environment.home, '.mxcp', 'config.yml') : resolve(environment.cwd, named);
    const source = await readConfigFile(path);
    if (source !== null) return UserFile.of(path, source, aliasWarnings(variables));
    if (named !== undefined) throw new UserConfigNotFoundError(named);
    return null;
  }

  private static of(path: string, source: YamlSource, found: readonly string[]): UserFile {
    const value = isEmpty(source.value) ? {} : source.value;
    if (!isMapping(value))
      throw new ConfigInvalidError(`MXCP user config must be a mapping: ${path} holds something else`);
    const { tree, warnings } = checkVersion('user', path, value);
    return new UserFile(path, source, normaliseUser(tree), [...found, ...warnings]);
  }

  /** Names under `projects.<project>.profiles`. */
  profiles(project: string): readonly string[] {
    const profiles = ['projects', project, 'profiles'].reduce<unknown>(member, this.tree);
    return isMapping(profiles) ? Object.keys(profiles) : [];
  }

  /** A warning when the file seems to mean this profile by another name: its sign-in would be left out in silence. */
  misspelt(project: string, profile: string): readonly string[] {
    const projects = member(this.tree, 'projects');
    const profiles = this.profiles(project);
    const near = isNamed(projects, project)
      ? difference(`profile '${profile}' of the project '${project}'`, profile, profiles)
      : difference(`project '${project}'`, project, isMapping(projects) ? Object.keys(projects) : []);
    return near === null ? [] : [`${this.path} has no ${near}: nothing under projects is used`];
  }

  /** The file for one profile of one project. */
  draft(tree: unknown, project: string, profile: string): Draft {
    return {
      source: this.source,
      tree,
      isActive: activePaths(project, profile),
      activeTree: changeMember(tree, 'projects', (projects) =>
        changeMember(onlyMember(projects, project), project, (found) =>
          changeMember(found, 'profiles', (profiles) => onlyMember(profiles, profile)),
        ),
      ),
    };
  }
}

function isNamed(projects: unknown, project: string): boolean {
  return isMapping(projects) && Object.hasOwn(projects, project);
}

function difference(what: string, name: string, known: readonly string[]): string | null {
  const near = known.includes(name) ? null : nearest(name, known);
  return near === null ? null : `${what}, but '${near}'`;
}

/** All but other projects and other profiles (configuration.md §6.6). */
export function activePaths(project: string, profile: string): (path: YamlPath) => boolean {
  return ([top, inProject, profiles, inProfile]) =>
    top !== 'projects' ||
    inProject === undefined ||
    (inProject === project && (profiles !== 'profiles' || inProfile === undefined || inProfile === profile));
}

/** Python's falsy values: an empty document, `false`, `0`, `''`, `[]`. */
function isEmpty(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0);
}

function aliasWarnings(variables: Variables): string[] {
  const alias = variables.setting('MXCP_CONFIG_PATH');
  const main = variables.setting('MXCP_CONFIG');
  return main !== undefined && alias !== undefined && main !== alias
    ? ['MXCP_CONFIG and MXCP_CONFIG_PATH name different files; MXCP_CONFIG is used']
    : [];
}
