import { isJsonArray, isJsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { OutputInvalidError } from '../../../common/errors/endpoint-errors.js';

/**
 * Shapes a list of rows to the declared type: an array keeps them, an object is the only one, a scalar its
 * only column (endpoints.md §2.6, B10). Anything but a list stays as it is.
 * @throws OutputInvalidError when there are too few or too many rows or columns
 */
export function shapeResult(value: JsonValue, returns: TypeNode): JsonValue {
  if (!isJsonArray(value)) return value;
  if (returns.type === 'array') return unwrapRows(value, returns);
  const only = value[0];
  if (only === undefined) throw new OutputInvalidError('No results returned');
  if (value.length > 1) {
    throw new OutputInvalidError(
      `Expected single result for return type '${returns.type}', but got ${value.length} results`,
    );
  }
  return returns.type === 'object' ? only : singleValue(only, returns);
}

function singleValue(row: JsonValue, returns: TypeNode): JsonValue {
  if (!isJsonObject(row)) return row;
  const columns = Object.values(row);
  if (columns.length === 1) return columns[0] ?? null;
  throw new OutputInvalidError(
    `Expected single value for return type '${returns.type}', but got ${columns.length} values`,
  );
}

/** Rows of one column become its values where the items are not objects. */
function unwrapRows(rows: readonly JsonValue[], returns: TypeNode): readonly JsonValue[] {
  if (returns.items === undefined || returns.items.type === 'object') return rows;
  return rows.map((row) => {
    if (!isJsonObject(row)) return row;
    const columns = Object.values(row);
    return columns.length === 1 ? (columns[0] ?? null) : row;
  });
}
