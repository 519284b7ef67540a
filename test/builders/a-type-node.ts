import type { Parameter, TypeName, TypeNode } from '../../src/common/domain/type-node.js';

/** A declared type with nothing but its name; add what matters. */
export function aNode(type: TypeName, overrides: Partial<TypeNode> = {}): TypeNode {
  return { type, sensitive: false, additionalProperties: true, ...overrides };
}

/** A required parameter; give it a `default` to make it optional. */
export function aParameter(name: string, type: TypeName, overrides: Partial<TypeNode> = {}): Parameter {
  return { name, ...aNode(type, overrides) };
}
