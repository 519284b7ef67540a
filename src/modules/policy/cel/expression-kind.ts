import { ACCUMULATOR, type Expr } from './cel-syntax.js';

/** What is known about a value before anything is evaluated. */
export type Kind = 'bool' | 'number' | 'other' | 'unknown';

/** What is known of a variable: its kind, or all fields of a map that has no others. */
export type Known = Kind | readonly string[];

/** Kinds of the names in scope. */
export type Kinds = (name: string) => Kind;

const booleanFunctions = new Set(
  '!_ _==_ _!=_ _<_ _<=_ _>_ _>=_ @in _&&_ _||_ @not_strictly_false has contains startsWith endsWith matches bool'.split(
    ' ',
  ),
);
const numberFunctions = new Set(['size', 'int', 'uint', 'double', '_*_', '_/_', '_%_', '-_', 'indexOf']);
const otherFunctions = new Set([
  'string',
  'timestamp',
  'duration',
  'bytes',
  'type',
  'lowerAscii',
  'upperAscii',
]);

/** The kind of an expression's value, as far as its form tells. */
export function kindOf(expr: Expr, names: Kinds = () => 'unknown'): Kind {
  const { exprKind } = expr;
  switch (exprKind.case) {
    case 'constExpr':
      return constantKind(exprKind.value.constantKind.case);
    case 'identExpr':
      return names(exprKind.value.name);
    case 'selectExpr':
      return exprKind.value.testOnly ? 'bool' : 'unknown';
    case 'callExpr':
      return callKind(exprKind.value.function, exprKind.value.args, names);
    case 'listExpr':
    case 'structExpr':
      return 'other';
    case 'comprehensionExpr':
      return macroKind(exprKind.value.accuInit, exprKind.value.result);
    default:
      return 'unknown';
  }
}

function constantKind(constant: string | undefined): Kind {
  if (constant === 'boolValue') return 'bool';
  return constant === 'int64Value' || constant === 'uint64Value' || constant === 'doubleValue'
    ? 'number'
    : 'other';
}

function callKind(name: string, args: readonly Expr[], names: Kinds): Kind {
  if (booleanFunctions.has(name)) return 'bool';
  if (numberFunctions.has(name)) return 'number';
  if (otherFunctions.has(name)) return 'other';
  if (name === '_+_') return args.some((arg) => kindOf(arg, names) === 'number') ? 'number' : 'unknown';
  const [, yes, no] = args;
  if (name !== '_?_:_' || yes === undefined || no === undefined) return 'unknown';
  const kind = kindOf(yes, names);
  return kind === kindOf(no, names) ? kind : 'unknown';
}

/** `all`, `exists` and `exists_one` answer a boolean; `map` and `filter` a list. */
function macroKind(init: Expr | undefined, result: Expr | undefined): Kind {
  if (init === undefined || result === undefined) return 'unknown';
  return result.exprKind.case === 'identExpr' && result.exprKind.value.name === ACCUMULATOR
    ? kindOf(init)
    : kindOf(result);
}
