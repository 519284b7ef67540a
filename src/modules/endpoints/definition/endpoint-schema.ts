import { z } from 'zod';
import { flag, integer, strict, text } from '../../../common/yaml/fields.js';
import { policies } from './policy-schema.js';
import { test } from './test-schema.js';
import { parameter, typeNode } from './type-node-schema.js';

const icon = strict({
  src: text(),
  mimeType: text().nullish(),
  sizes: z.array(text()).nullish(),
  theme: z.enum(['light', 'dark']).nullish(),
});

const limits = strict({
  rows: integer({ min: 0 }).nullish(),
  bytes: integer({ min: 0 }).nullish(),
  timeout_ms: integer({ min: 0 }).nullish(),
});

const cache = strict({
  ttl: integer({ min: 0 }).nullish(),
  key: z.array(text()).nullish(),
  per_user: flag().nullish(),
});

const annotations = strict({
  title: text().nullish(),
  readOnlyHint: flag().nullish(),
  destructiveHint: flag().nullish(),
  idempotentHint: flag().nullish(),
  openWorldHint: flag().nullish(),
});

const source = strict({
  code: text().nullish(),
  file: text().nullish(),
  language: text().nullish(),
}).superRefine((found, context) => {
  if (Boolean(found.code) === Boolean(found.file)) {
    context.addIssue(ruleBroken("Source must provide exactly one of 'code' or 'file'"));
  }
});

const leading = { description: text().nullish(), tags: z.array(text()).nullish() };
const typed = { parameters: z.array(parameter).nullish(), return: typeNode.nullish() };
const executed = { language: z.enum(['sql', 'python', 'typescript']).nullish(), source };
const trailing = {
  enabled: flag().optional(),
  policies: policies.nullish(),
  tests: z.array(test).nullish(),
  title: text().nullish(),
  icons: z.array(icon).nullish(),
  limits: limits.nullish(),
  cache: cache.nullish(),
};

const tool = strict({
  name: text(),
  ...leading,
  annotations: annotations.nullish(),
  ...typed,
  ...executed,
  ...trailing,
});

const resource = strict({
  name: text().nullish(),
  uri: text(),
  ...leading,
  ...typed,
  ...executed,
  mime_type: text().nullish(),
  ...trailing,
});

const message = strict({ prompt: text(), role: text().nullish(), type: text().nullish() });

const prompt = strict({ name: text(), ...leading, ...typed, messages: z.array(message), ...trailing });

/** Text that reads as version 1 (endpoints.md §1.3); any other text is no version. */
const versionTexts = new Set(['1', '1.0', '1.0.0']);

const version = () =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? (versionTexts.has(value.trim()) ? 1 : 'no number') : value),
      integer(),
    )
    .optional();

/**
 * A tool, resource or prompt file (endpoints.md §1.3–§1.5). Problems come in declaration order, depth first,
 * unknown keys after the declared ones; rules across fields only when all fields passed.
 */
export const endpointDocument = strict({
  mxcp: version(),
  tool: tool.nullish(),
  resource: resource.nullish(),
  prompt: prompt.nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
}).superRefine((document, context) => {
  const kinds = [document.tool, document.resource, document.prompt].filter((kind) => kind != null).length;
  if (kinds === 0) {
    context.addIssue(ruleBroken('Endpoint definition must include a tool, resource, or prompt definition'));
  }
  if (kinds > 1) context.addIssue(ruleBroken('Endpoint definition must contain exactly one endpoint type'));
});

export type EndpointDocument = z.output<typeof endpointDocument>;
export type ToolDocument = z.output<typeof tool>;
export type ResourceDocument = z.output<typeof resource>;
export type PromptDocument = z.output<typeof prompt>;

/** An issue after which the rules of the enclosing mappings are not looked at. */
function ruleBroken(message: string) {
  return { code: 'custom', message: `Value error, ${message}`, continue: false } as const;
}
