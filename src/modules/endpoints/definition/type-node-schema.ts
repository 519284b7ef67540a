import { z } from 'zod';
import type { JsonValue } from '../../../common/domain/json.js';
import type { StringFormat, TypeName } from '../../../common/domain/type-node.js';
import { anything, decimal, flag, integer, strict, text } from '../../../common/yaml/fields.js';

const typeNames = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const;
const formats = ['email', 'uri', 'date', 'time', 'date-time', 'duration', 'timestamp'] as const;

/** A type node as written (endpoints.md §1.5); an absent key is absent here too. */
export interface TypeNodeDocument {
  type: TypeName;
  format?: StringFormat | null | undefined;
  description?: string | null | undefined;
  examples?: JsonValue[] | null | undefined;
  enum?: JsonValue[] | null | undefined;
  default?: JsonValue | undefined;
  sensitive?: boolean | undefined;
  minLength?: number | null | undefined;
  maxLength?: number | null | undefined;
  pattern?: string | null | undefined;
  minimum?: number | null | undefined;
  maximum?: number | null | undefined;
  exclusiveMinimum?: number | null | undefined;
  exclusiveMaximum?: number | null | undefined;
  multipleOf?: number | null | undefined;
  minItems?: number | null | undefined;
  maxItems?: number | null | undefined;
  uniqueItems?: boolean | null | undefined;
  items?: TypeNodeDocument | null | undefined;
  properties?: Record<string, TypeNodeDocument> | null | undefined;
  required?: string[] | null | undefined;
  additionalProperties?: boolean | null | undefined;
  'x-mcp-header'?: string | null | undefined;
  /** Nested nodes may carry a name; only that of a parameter means anything. */
  name?: string | null | undefined;
}

const size = () => integer({ min: 0 }).nullish();

const typeKeys = {
  type: z.enum(typeNames),
  format: z.enum(formats).nullish(),
  description: text().nullish(),
  examples: z.array(anything()).nullish(),
  enum: z.array(anything()).nullish(),
  default: anything().optional(),
  sensitive: flag().optional(),
  minLength: size(),
  maxLength: size(),
  pattern: text().nullish(),
  minimum: decimal().nullish(),
  maximum: decimal().nullish(),
  exclusiveMinimum: decimal().nullish(),
  exclusiveMaximum: decimal().nullish(),
  multipleOf: decimal().nullish(),
  minItems: size(),
  maxItems: size(),
  uniqueItems: flag().nullish(),
  items: z.lazy((): z.ZodType<TypeNodeDocument> => typeNode).nullish(),
  properties: z
    .record(
      z.string(),
      z.lazy((): z.ZodType<TypeNodeDocument> => typeNode),
    )
    .nullish(),
  required: z.array(text()).nullish(),
  additionalProperties: flag().nullish(),
  'x-mcp-header': text().nullish(),
};

/** The type of a `return`, a property or an item. */
export const typeNode: z.ZodType<TypeNodeDocument> = strict({ name: text().nullish(), ...typeKeys });

const parameterName = () =>
  text().superRefine((name, context) => {
    const problem = nameProblem(name);
    if (problem !== null) {
      context.addIssue({
        code: 'custom',
        message: `Value error, Parameter name ${problem}`,
        continue: false,
      });
    }
  });

function nameProblem(name: string): string | null {
  if (name === '') return 'cannot be empty';
  if (!/^[\p{L}_]/u.test(name)) return 'must start with a letter or underscore';
  if (!/^[\p{L}\p{N}_]+$/u.test(name)) return 'must contain only alphanumeric characters or underscores';
  return null;
}

/** One entry of `parameters`: a type node with a name. */
export const parameter = strict({ name: parameterName(), ...typeKeys });

export type ParameterDocument = z.output<typeof parameter>;
