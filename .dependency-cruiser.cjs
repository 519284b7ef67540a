'use strict';

/** Files that stand at a module's edge and may use Nest and Fastify types. */
const EDGE = '\\.(controller|guard|indicator|filter|decorator|module)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'common-stands-alone',
      comment:
        'common/{domain,errors,async,files,yaml} import each other only; ports import these; nothing in common imports a module.',
      severity: 'error',
      from: { path: '^src/common/' },
      to: { path: '^src/(modules/|[^/]+\\.ts$)' },
    },
    {
      name: 'domain-below-ports',
      severity: 'error',
      from: { path: '^src/common/(domain|errors|async|files|yaml)/' },
      to: { path: '^src/common/(ports|nest)/' },
    },
    {
      name: 'ports-below-nest',
      severity: 'error',
      from: { path: '^src/common/ports/' },
      to: { path: '^src/common/nest/' },
    },
    {
      name: 'no-sideways-imports',
      comment: 'A module imports itself, common and libraries.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/', pathNot: '\\.module\\.ts$' },
      to: { path: '^src/modules/', pathNot: '^src/modules/$1/' },
    },
    {
      name: 'modules-meet-in-module-files',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/.*\\.module\\.ts$' },
      to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', '\\.module\\.ts$'] },
    },
    {
      name: 'modules-do-not-know-the-root',
      severity: 'error',
      from: { path: '^src/(modules|common)/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'root-files-see-modules-only',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/modules/', pathNot: ['\\.module\\.ts$', '^src/modules/cli/program\\.ts$'] },
    },
    {
      name: 'auth-folders-meet-above',
      comment: 'A folder of auth imports itself, what lies directly in auth, and clients and pages.',
      severity: 'error',
      from: { path: '^src/modules/auth/([^/]+)/' },
      to: { path: '^src/modules/auth/[^/]+/', pathNot: '^src/modules/auth/($1|clients|pages)/' },
    },
    {
      name: 'nest-at-the-edges',
      severity: 'error',
      from: { path: '^src/', pathNot: [EDGE, '^src/common/nest/', '^src/[^/]+\\.ts$'] },
      to: { path: 'node_modules/(@nestjs|nestjs-pino)/' },
    },
    {
      name: 'nest-common-at-the-edges',
      severity: 'error',
      from: { path: '^src/modules/', pathNot: EDGE },
      to: { path: '^src/common/nest/' },
    },
    confined(
      'fastify',
      '^src/(main|app\\.module)\\.ts$|^src/modules/(mcp|auth|health|telemetry)/|^src/common/nest/',
    ),
    confined('@modelcontextprotocol', '^src/modules/mcp/'),
    confined('@duckdb', '^src/modules/(execution/duckdb|audit)/'),
    confined('(piscina|acorn)', '^src/modules/execution/typescript/'),
    confined('(prom-client|@opentelemetry)', '^src/modules/telemetry/'),
    confined('@bufbuild/(cel|protobuf)', '^src/modules/policy/'),
    confined('oidc-provider', '^src/modules/auth/issuer/'),
    confined('@fastify/rate-limit', '^src/modules/auth/(issuer|login)/'),
    confined('(openid-client|passport|passport-github2)', '^src/modules/auth/providers/'),
    confined('jose', '^src/modules/auth/(providers|verifier)/'),
    confined('ioredis', '^src/modules/auth/stores/'),
    confined('@bufbuild/re2', '^src/modules/endpoints/schema/'),
    confined('commander', '^src/modules/cli/'),
    { name: 'e2e-is-outside', severity: 'error', from: { path: '^e2e/' }, to: { path: '^(src|dist)/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

function confined(library, home) {
  return {
    name: `confined-${library.replace(/\W+/g, '-')}`,
    severity: 'error',
    from: { path: '^src/', pathNot: home },
    to: { path: `node_modules/${library}(/|$)` },
  };
}
