import type { AppConfig } from '../../common/domain/app-config.js';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import { ConfigLoader, type ConfigRequest } from '../../common/ports/config-loader.js';
import type { YamlPath } from '../../common/yaml/yaml-source.js';
import { checkShape } from '../../common/yaml/shape-check.js';
import { buildAppConfig } from './app-config-builder.js';
import { readDefaults, readProductVersion } from './defaults.js';
import {
  checkDocument,
  invalidConfig,
  type ConfigSection,
  type DocumentCheck,
  type Draft,
} from './document-check.js';
import type { Environment } from './environment.js';
import { member } from './mapping.js';
import { findProjectRoot, SITE_FILE_NAME } from './project-root.js';
import { ReferenceFailures } from './references/reference-failures.js';
import { ReferenceResolver, type Resolution } from './references/reference-resolver.js';
import { secretManagersSchema, type SecretManagers } from './schema/secret-managers-schema.js';
import { FileSecretResolver } from './secrets/file-secret-resolver.js';
import { OnepasswordSecretResolver } from './secrets/onepassword-secret-resolver.js';
import { VaultSecretResolver } from './secrets/vault-secret-resolver.js';
import type { Sources } from './settings/sources.js';
import { siteDocument, type SiteDocument } from './site-config.js';
import { isTopLevel, SiteFile } from './site-file.js';
import { userDocument, type UserDocument } from './user-config.js';
import { activePaths, UserFile } from './user-file.js';
import type { Variables } from './variables.js';

/** What one load gathers on its way. */
interface Load {
  readonly variables: Variables;
  readonly failures: ReferenceFailures;
  readonly warnings: string[];
}

/** The site file for the active profile. */
interface ResolvedSite {
  readonly project: string;
  readonly profile: string;
  readonly draft: Draft;
}

/**
 * Loads `mxcp-site.yml` and the user file: parse, check the version, resolve references of the active profile,
 * check the shape of both files, fill in defaults (configuration.md §18).
 */
export class YamlConfigLoader extends ConfigLoader {
  /** @param folder where the project is looked for, upwards; the working directory when left out */
  constructor(
    private readonly environment: Environment,
    private readonly folder: string = environment.cwd,
  ) {
    super();
  }

  async load(request: ConfigRequest): Promise<AppConfig> {
    const variables = await this.environment.variables();
    const root = await findProjectRoot(this.folder);
    const siteFile = await SiteFile.read(root);
    const userFile = await UserFile.find(this.environment, variables);
    const warnings = [...siteFile.warnings, ...(userFile?.warnings ?? [])];
    const load: Load = { variables, failures: new ReferenceFailures(), warnings };

    const resolved = await resolveSite(siteFile, userFile, request, load);
    const { project, profile } = resolved;
    warnings.push(...(userFile?.misspelt(project, profile) ?? []));
    const userDraft = userFile === null ? null : await this.resolveUser(userFile, resolved, load);
    load.failures.throwIfAny();

    const { site, user } = checkBoth(resolved.draft, userDraft);
    const sources: Sources = {
      request,
      environment: this.environment,
      variables,
      defaults: await readDefaults(),
      productVersion: await readProductVersion(),
      root,
      siteFile: siteFile.path,
      userFile: userFile?.path ?? null,
      profile,
      site,
      siteProfile: ownMember(site.profiles, profile) ?? {},
      user,
      userProfile: ownMember(ownMember(user.projects, project)?.profiles, profile) ?? {},
    };
    return buildAppConfig(sources, warnings);
  }

  /** What secrets are fetched with is resolved, and checked, before the rest (configuration.md §6.6). */
  private async resolveUser(file: UserFile, { project, profile }: ResolvedSite, load: Load): Promise<Draft> {
    const { variables } = load;
    const files = new FileSecretResolver(this.environment.cwd);
    const settings = await new ReferenceResolver(variables, [files]).resolve(
      file.tree,
      isSecretManager,
      file.source,
    );
    note(settings, load);
    const { vault, onepassword } = secretManagers(file, settings.tree, load);
    const resolver = new ReferenceResolver(variables, [
      files,
      new VaultSecretResolver(vault ?? null, variables),
      new OnepasswordSecretResolver(onepassword ?? null, variables),
    ]);
    const isActive = activePaths(project, profile);
    const rest = await resolver.resolve(
      settings.tree,
      (path) => isActive(path) && !isSecretManager(path),
      file.source,
    );
    note(rest, load);
    return file.draft(rest.tree, project, profile);
  }
}

/** `${…}` of the top level first: it may name the project and the profile (configuration.md §3). */
async function resolveSite(
  file: SiteFile,
  userFile: UserFile | null,
  request: ConfigRequest,
  load: Load,
): Promise<ResolvedSite> {
  const resolver = new ReferenceResolver(load.variables, []);
  const top = await resolver.resolve(file.tree, isTopLevel, file.source);
  note(top, load);
  const project = member(top.tree, 'project');
  const named = member(top.tree, 'profile');
  if (typeof project !== 'string' || typeof named !== 'string') {
    load.failures.throwIfAny();
    throw invalidSite(file.draft(top.tree, ''));
  }
  if (`${project} ${named}`.includes('${')) load.failures.throwIfAny();
  const profile = request.profile || (load.variables.setting('MXCP_PROFILE') ?? named);
  const known = new Set([...file.profiles, named, ...(userFile?.profiles(project) ?? [])]);
  if (!known.has(profile)) {
    throw new ConfigInvalidError(
      `Profile '${profile}' not found in project '${project}'. Known profiles: ${[...known].sort().join(', ')}`,
    );
  }
  const whole = await resolver.resolve(
    top.tree,
    (path) => path[0] === 'profiles' && path[1] === profile,
    file.source,
  );
  note(whole, load);
  return { project, profile, draft: file.draft(whole.tree, profile) };
}

function note(resolution: Resolution, load: Load): void {
  load.failures.add(resolution.failures);
  load.warnings.push(...resolution.warnings);
}

function isSecretManager([top]: YamlPath): boolean {
  return top === 'vault' || top === 'onepassword';
}

function secretManagers(file: UserFile, tree: unknown, load: Load): SecretManagers {
  const checked = checkShape(secretManagersSchema, file.source, {
    vault: member(tree, 'vault'),
    onepassword: member(tree, 'onepassword'),
  });
  if (checked.ok) return checked.value;
  load.failures.throwIfAny();
  throw invalidConfig([userSection(file.source.file, checked.problems)]);
}

function checkBoth(siteDraft: Draft, userDraft: Draft | null): { site: SiteDocument; user: UserDocument } {
  const site = checkDocument(siteDocument, siteDraft, userSibling);
  const user = userDraft === null ? noUser : checkDocument(userDocument, userDraft, siteSibling);
  if (site.ok && user.ok) return { site: site.value, user: user.value };
  throw invalidConfig([
    siteSection(siteDraft.source.file, site.ok ? [] : site.problems),
    userSection(userDraft?.source.file ?? '', user.ok ? [] : user.problems),
  ]);
}

const siteSibling = { name: SITE_FILE_NAME, schema: siteDocument };
const userSibling = { name: '~/.mxcp/config.yml', schema: userDocument };

const noUser: DocumentCheck<UserDocument> = { ok: true, value: {} };

function invalidSite(draft: Draft): ConfigInvalidError {
  const checked = checkDocument(siteDocument, draft, userSibling);
  return invalidConfig([siteSection(draft.source.file, checked.ok ? [] : checked.problems)]);
}

function siteSection(file: string, problems: ConfigSection['problems']): ConfigSection {
  return { heading: 'Site config validation error', file, problems };
}

function userSection(file: string, problems: ConfigSection['problems']): ConfigSection {
  return { heading: 'Invalid user config', file, problems };
}

function ownMember<T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
}
