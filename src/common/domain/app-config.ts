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

export interface AuthConfig {
  /** `none` while the profile names no provider. */
  readonly provider: string;
  /** `MCP_API_KEYS` is set: the operator expects callers to be asked for a key. */
  readonly expectsApiKeys: boolean;
}
