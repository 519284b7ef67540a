import {
  ACCUMULATOR,
  callAt,
  identifierOf,
  isSelection,
  nodeAt,
  textAt,
  type Call,
  type Expr,
  type Macro,
} from './cel-syntax.js';
import { kindOf } from './expression-kind.js';

/**
 * Turns official CEL into our dialect (policies.md §10) by rewriting the parsed condition once, at load:
 * `has` swallows errors and takes anything, `&&`, `||` and macros take any operand by its truth, `l[-1]` counts
 * from the end, and every turn of a macro is counted. The functions that begin with `@` are in
 * `dialect-functions.ts`; no condition can spell them.
 */
export function toDialect(expr: Expr): Expr {
  const { exprKind } = expr;
  switch (exprKind.case) {
    case 'selectExpr': {
      const { operand, field, testOnly } = exprKind.value;
      if (operand === undefined) return expr;
      const target = toDialect(operand);
      if (testOnly) return falseOnError(callAt(expr, '@has', [target, textAt(expr, field)]));
      return nodeAt(expr, { ...exprKind, value: { ...exprKind.value, operand: target } });
    }
    case 'callExpr':
      return rewriteCall(expr, exprKind.value);
    case 'listExpr':
      return nodeAt(expr, {
        ...exprKind,
        value: { ...exprKind.value, elements: exprKind.value.elements.map(toDialect) },
      });
    case 'structExpr':
      return nodeAt(expr, {
        ...exprKind,
        value: { ...exprKind.value, entries: exprKind.value.entries.map(rewriteEntry) },
      });
    case 'comprehensionExpr':
      return rewriteMacro(expr, exprKind.value);
    default:
      return expr;
  }
}

function rewriteCall(expr: Expr, call: Call): Expr {
  const target = call.target === undefined ? undefined : toDialect(call.target);
  const appended = appendedBy(call);
  if (appended !== null) return callAt(expr, '@append', appended.map(toDialect));
  const args = call.args.map(toDialect);
  switch (call.function) {
    case '_&&_':
    case '_||_':
      return callAt(expr, call.function, args.map(truthOf));
    case '_?_:_':
      return callAt(expr, call.function, isSelection(call) ? args.with(0, truthOf(args[0] ?? expr)) : args);
    case '_[_]':
      return callAt(expr, isPlainIndex(call.args[1]) ? '_[_]' : '@index', args);
    case 'has':
      return falseOnError(callAt(expr, '@present', args));
    default:
      return callAt(expr, call.function, args, target);
  }
}

function rewriteMacro(expr: Expr, macro: Macro): Expr {
  const { iterRange, loopCondition, loopStep } = macro;
  if (!iterRange || !loopCondition || !loopStep) return expr;
  const counted = callAt(expr, '_&&_', [callAt(expr, '@tick', []), loopCondition]);
  const value: Macro = {
    ...macro,
    iterRange: toDialect(iterRange),
    loopCondition: counted,
    loopStep: toDialect(loopStep),
  };
  return nodeAt(expr, { case: 'comprehensionExpr', value });
}

type Entry = Extract<Expr['exprKind'], { case: 'structExpr' }>['value']['entries'][number];

function rewriteEntry(entry: Entry): Entry {
  const { keyKind, value } = entry;
  return {
    ...entry,
    keyKind: keyKind.case === 'mapKey' ? { ...keyKind, value: toDialect(keyKind.value) } : keyKind,
    ...(value === undefined ? {} : { value: toDialect(value) }),
  };
}

/** `@result` and `x` of `@result + [x]`: how `map` and `filter` collect. Copying the list each time would be quadratic. */
function appendedBy(call: Call): Expr[] | null {
  const [list, added] = call.args;
  if (list === undefined || call.function !== '_+_' || identifierOf(list) !== ACCUMULATOR) return null;
  return added?.exprKind.case === 'listExpr' ? [list, ...added.exprKind.value.elements] : null;
}

/** Indexes that mean the same in both dialects, and which the library resolves faster. */
function isPlainIndex(index: Expr | undefined): boolean {
  if (index?.exprKind.case !== 'constExpr') return false;
  const { constantKind } = index.exprKind.value;
  return (
    constantKind.case === 'stringValue' || (constantKind.case === 'int64Value' && constantKind.value >= 0n)
  );
}

function truthOf(expr: Expr): Expr {
  return kindOf(expr) === 'bool' || identifierOf(expr) === ACCUMULATOR
    ? expr
    : callAt(expr, '@truth', [expr]);
}

/** An error becomes false: `@not_strictly_false` is the one function that is given errors. */
function falseOnError(expr: Expr): Expr {
  return callAt(expr, '!_', [callAt(expr, '@not_strictly_false', [callAt(expr, '!_', [expr])])]);
}
