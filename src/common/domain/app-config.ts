import type { JsonObject } from './json.js';
import type { Limits } from './limits.js';
import type { Policies } from './endpoint.js';
import type { Secret } from './secret.js';

/**
 * Everything one load of the configuration produced, for the active profile, with every reference
 * resolved and every default filled in. Paths are absolute. One subtree per module.
 */
export interface AppConfig {
  readonly project: ProjectConfig;
  readonly paths: PathsConfig;
  readonly database: DatabaseConfig;
  readonly userCode: UserCodeConfig;
  readonly limits: Limits;
  readonly sqlTools: SqlToolsConfig;
  readonly audit: AuditConfig;
  readonly http: HttpConfig;
  readonly server: ServerConfig;
  readonly logging: LoggingConfig;
  readonly metrics: MetricsConfig;
  readonly shutdown: { readonly timeoutMs: number; readonly preStopDelayMs: number };
  readonly reload: ReloadConfig;
  readonly auth: AuthConfig;
  /** Seconds a client may keep lists (`cache.toolsList`). */
  readonly cache: { readonly toolsListS: number };
  /** Identity of stdio calls: `MXCP_USER_CONTEXT`, parsed; null when unset. */
  readonly stdioUserContext: JsonObject | null;
  /** Findings that do not stop the start; each a whole sentence without secret values. */
  readonly warnings: readonly string[];
}

export interface ProjectConfig {
  readonly root: string;
  readonly name: string;
  readonly profile: string;
  readonly siteFile: string;
  /** Null when no user file exists. */
  readonly userFile: string | null;
}

export interface PathsConfig {
  readonly tools: string;
  readonly resources: string;
  readonly prompts: string;
  readonly evals: string;
  readonly python: string;
  readonly plugins: string;
  readonly sql: string;
  readonly drift: string;
  readonly audit: string;
  readonly data: string;
}

export interface DatabaseConfig {
  readonly path: string;
  /** Flag, environment or configuration said so. */
  readonly readonly: boolean;
  /** Where relative file names in SQL are looked for beside the working directory. */
  readonly root: string;
  readonly pool: {
    readonly size: number;
    readonly maxOverflow: number;
    readonly acquireTimeoutMs: number;
    readonly maxAgeS: number;
    readonly prePing: boolean;
  };
  /** Null leaves the call's own deadline. */
  readonly statementTimeoutMs: number | null;
  readonly memoryLimit: string | null;
  readonly threads: number | null;
  readonly tempDirectory: string | null;
  readonly extensions: readonly { readonly name: string; readonly repo: string | null }[];
  readonly secrets: readonly DatabaseSecret[];
  /** Threads of the process's pool, which bounds how many statements run at once. */
  readonly threadPoolSize: number;
}

/** What endpoint code in Python and TypeScript runs with and may ask for. */
export interface UserCodeConfig {
  /** `python.interpreter`; null looks for one (python.md §9.1). */
  readonly interpreter: string | null;
  /** `VIRTUAL_ENV`: the virtual environment that is active where the command was started. */
  readonly virtualEnv: string | null;
  /** `python.workers`. */
  readonly workers: number;
  readonly plugins: readonly PluginConfig[];
  /** `plugin.config` of the active profile of the user file, by its key. */
  readonly pluginSettings: Secret<Readonly<Record<string, Readonly<Record<string, string>>>>>;
  /** Parameters of every secret of the active profile by name; of several with one name the first counts. */
  readonly secrets: Secret<JsonObject>;
  /** Both files with the active profile's references resolved; `user` is `{}` without a user file. */
  readonly documents: Secret<{ readonly site: JsonObject; readonly user: JsonObject }>;
  /** Defaults of the site file, under its keys, where it is silent. */
  readonly siteDefaults: JsonObject;
}

export interface PluginConfig {
  readonly name: string;
  readonly module: string;
  /** Key of `pluginSettings`; null for none. */
  readonly config: string | null;
}

/** One secret of the active profile; its parameters open by `reveal()`. */
export interface DatabaseSecret {
  readonly name: string;
  readonly type: string;
  readonly parameters: Secret<JsonObject>;
}

export type SqlToolName = 'execute_sql_query' | 'list_tables' | 'get_table_schema';

export interface SqlToolsConfig {
  /** Listed and callable over MCP. */
  readonly enabled: boolean;
  /** Over MCP `execute_sql_query` may only read. */
  readonly readonly: boolean;
  readonly descriptions: Readonly<Partial<Record<SqlToolName, string>>>;
  readonly policies: Policies | null;
}

export interface AuditConfig {
  readonly enabled: boolean;
  /** Base path; segments are named after it (audit.md §4). */
  readonly path: string;
  readonly maxFileSize: number;
  readonly redactKeys: readonly string[];
  readonly outputCapture: 'none' | 'summary' | 'full';
  readonly maxValueBytes: number;
  readonly captureNetwork: boolean;
  readonly fsync: 'never' | 'batch' | 'always';
  readonly onFailure: 'block' | 'continue';
  readonly queueLimit: number;
  readonly compatAliases: boolean;
}

export type Transport = 'streamable-http' | 'stdio';

export interface HttpConfig {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
  readonly stateless: boolean;
  readonly baseUrl: string | null;
  /**
   * How clients reach the server, without trailing slash: `base_url`, else scheme, host and port. Null when it
   * listens on every address and nobody said what its name is.
   */
  readonly publicUrl: string | null;
  readonly trustProxy: boolean;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Bytes of a request body. */
  readonly bodyLimit: number;
}

export interface ServerConfig {
  /** What `serverInfo` says. */
  readonly name: string;
  readonly version: string;
  /** Seals `requestState` (MRTR), the same on every replica; null: each process makes its own. */
  readonly requestStateKey: Secret | null;
}

export type LogLevelName = 'debug' | 'info' | 'warning' | 'error' | 'critical';

export interface LoggingConfig {
  readonly level: LogLevelName;
  readonly format: 'json' | 'text';
  /** Log file beside stderr; null for none. */
  readonly path: string | null;
  readonly maxBytes: number;
  readonly backupCount: number;
  readonly accessIp: boolean;
  readonly includeStack: boolean;
}

export interface MetricsConfig {
  readonly enabled: boolean;
  /** Second listener for scrapers; null for none. */
  readonly prometheusPort: number | null;
}

export interface ReloadConfig {
  /** Longest that calls of the former Runtime may take to finish. */
  readonly drainTimeoutMs: number;
  /** When they take longer and the database must be closed: give the reload up, or interrupt them. */
  readonly onDrainTimeout: 'abort' | 'cancel';
}

/** Who may call over HTTP, and how the server finds out (auth.md §1). */
export interface AuthConfig {
  /** `auth.provider` in force; `none` while the profile names no provider or it is switched off. */
  readonly provider: string;
  /** Null while the profile names no provider, and over stdio, where nobody brings a token. */
  readonly oauth: IssuerConfig | VerifierConfig | null;
  /** Follows a reload. */
  readonly apiKeys: readonly ApiKeyConfig[];
  /** Every request needs all of them; follows a reload. */
  readonly requiredScopes: readonly string[];
  /** Follows a reload. */
  readonly claimMappings: ClaimMappings;
  /** Why the server must not start with these settings; each a whole sentence without secret values. */
  readonly problems: readonly string[];
}

/** Claim path → claim value → names of capabilities (auth.md §9.4). */
export type ClaimMappings = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** One entry of `MCP_API_KEYS`. */
export interface ApiKeyConfig {
  /** Null when the entry is only a key. */
  readonly name: string | null;
  readonly key: Secret;
}

/** The server issues tokens itself, to users that sign in at an identity provider. */
export interface IssuerConfig {
  readonly mode: 'issuer';
  /** The issuer identifier: the public base URL, without trailing slash. */
  readonly issuer: string;
  readonly provider: IdentityProviderConfig;
  readonly clients: readonly OAuthClientConfig[];
  readonly store: TokenStoreConfig;
}

/** Clients bring access tokens of an OpenID provider; the server only checks them. */
export interface VerifierConfig {
  readonly mode: 'verifier';
  /** `oidc.provider_name`, else `oidc`. */
  readonly name: string;
  readonly configUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** What `aud` must contain; null: this server's URL, or `clientId` (auth.md §13.4). */
  readonly audience: string | null;
  /** False only when the operator switched the check off. */
  readonly verifyAudience: boolean;
  /** Tokens that neither a signature nor introspection proves may be shown to the userinfo endpoint. */
  readonly allowUserinfo: boolean;
}

export type IdentityProviderConfig = {
  /** What `Principal.provider` says. */
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Begins with `/`. */
  readonly callbackPath: string;
  /** Asked of the provider, separated by spaces; empty: the parameter is left out. */
  readonly scope: string;
} & (
  | {
      readonly kind: 'github' | 'google' | 'atlassian' | 'salesforce';
      readonly authUrl: string;
      readonly tokenUrl: string;
    }
  | {
      readonly kind: 'keycloak';
      /** `<server_url>/realms/<realm>`. */
      readonly realmUrl: string;
    }
  | {
      readonly kind: 'oidc';
      readonly configUrl: string;
      readonly audience: string | null;
      readonly extraAuthorizeParams: Readonly<Record<string, string>>;
    }
);

/** A client that the operator registered (auth.md §1.4). */
export interface OAuthClientConfig {
  readonly clientId: string;
  readonly name: string;
  /** Null: a public client. */
  readonly clientSecret: Secret | null;
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly ('authorization_code' | 'refresh_token')[];
  /** Empty: every scope the server knows. */
  readonly scopes: readonly string[];
}

/** Where sessions, codes and clients are kept; `keys` encrypt them, the first one what is written. */
export type TokenStoreConfig =
  | {
      readonly kind: 'sqlite';
      readonly path: string;
      /** Null: a key is generated beside the file. */
      readonly keys: Secret<readonly string[]> | null;
    }
  | { readonly kind: 'redis'; readonly url: Secret; readonly keys: Secret<readonly string[]> };
