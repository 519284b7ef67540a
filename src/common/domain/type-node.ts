import type { JsonValue } from './json.js';

export type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
export type StringFormat = 'email' | 'uri' | 'date' | 'time' | 'date-time' | 'duration' | 'timestamp';

/** The declared type of a parameter, a return value, a property or an item (endpoints.md §1.5). */
export interface TypeNode {
  readonly type: TypeName;
  readonly format?: StringFormat;
  readonly description?: string;
  readonly examples?: readonly JsonValue[];
  readonly enum?: readonly JsonValue[];
  /** Present, even as null, makes a parameter or property optional. */
  readonly default?: JsonValue;
  readonly sensitive: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: TypeNode;
  readonly properties?: Readonly<Record<string, TypeNode>>;
  readonly required?: readonly string[];
  /** False refuses undeclared properties. */
  readonly additionalProperties: boolean;
  /** `x-mcp-header`: the HTTP header that mirrors a tool's scalar argument. */
  readonly mcpHeader?: string;
}

export interface Parameter extends TypeNode {
  readonly name: string;
}
