import type { CallRequest } from '../../src/common/domain/call.js';
import type { SqlType, TypedValue } from '../../src/common/domain/sql-value.js';
import { SqlFunctions, type SqlFunction } from '../../src/modules/execution/sql-functions.js';

export interface ScriptedFunction {
  readonly parameters: readonly SqlType[];
  readonly returns: SqlType;
  /** The value for one row. */
  run(values: readonly TypedValue[], request: CallRequest | null): TypedValue | Promise<TypedValue>;
}

const text: SqlType = { name: 'VARCHAR' };

/** Plugin functions that are written in the test, by their SQL name. */
export class ScriptedFunctions extends SqlFunctions {
  readonly functions: readonly SqlFunction[];
  /** What each call was made with, apart from values. */
  readonly calls: { readonly name: string; readonly rowCount: number; readonly signal: AbortSignal }[] = [];

  constructor(private readonly scripts: Readonly<Record<string, ScriptedFunction>>) {
    super();
    this.functions = Object.entries(scripts).map(([name, { parameters, returns }]) => ({
      name,
      parameters,
      returns,
    }));
  }

  async call(
    name: string,
    columns: readonly (readonly TypedValue[])[],
    rowCount: number,
    request: CallRequest | null,
    signal: AbortSignal,
  ): Promise<readonly TypedValue[]> {
    this.calls.push({ name, rowCount, signal });
    const values: TypedValue[] = [];
    for (let row = 0; row < rowCount; row += 1) {
      const result = this.scripts[name]!.run(
        columns.map((column) => column[row]!),
        request,
      );
      values.push(result instanceof Promise ? await result : result);
    }
    return values;
  }
}

/** A function of texts. */
export function textFunction(
  run: (value: string | null, request: CallRequest | null) => string | null | Promise<string | null>,
): ScriptedFunction {
  return {
    parameters: [text],
    returns: text,
    run: ([value], request) => run(typeof value === 'string' ? value : null, request),
  };
}

/** Of one type to the same, by default unchanged. */
export function sameType(
  type: SqlType,
  run: (value: TypedValue) => TypedValue = (value) => value,
): ScriptedFunction {
  return { parameters: [type], returns: type, run: ([value = null]) => run(value) };
}
