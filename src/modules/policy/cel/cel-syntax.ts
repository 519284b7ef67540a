import type { parse } from '@bufbuild/cel';

/** A node of a parsed condition. */
export type Expr = ReturnType<typeof parse>['expr'];
export type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];
export type Select = Extract<Expr['exprKind'], { case: 'selectExpr' }>['value'];

/** What `all`, `exists`, `exists_one`, `map` and `filter` are expanded to. */
export type Macro = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value'];

/** Name of the value that a macro builds up; no condition can spell it. */
export const ACCUMULATOR = '@result';

/** The direct parts of a node, in source order. */
export function partsOf(expr: Expr): readonly Expr[] {
  return eachPart(expr).filter((part): part is Expr => part !== undefined);
}

function eachPart({ exprKind }: Expr): readonly (Expr | undefined)[] {
  switch (exprKind.case) {
    case 'selectExpr':
      return [exprKind.value.operand];
    case 'callExpr':
      return [exprKind.value.target, ...exprKind.value.args];
    case 'listExpr':
      return exprKind.value.elements;
    case 'structExpr':
      return exprKind.value.entries.flatMap((entry) => [
        entry.keyKind.case === 'mapKey' ? entry.keyKind.value : undefined,
        entry.value,
      ]);
    case 'comprehensionExpr': {
      const { iterRange, accuInit, loopCondition, loopStep, result } = exprKind.value;
      return [iterRange, accuInit, loopCondition, loopStep, result];
    }
    default:
      return [];
  }
}

/** Levels of the tree; a single name has one. */
export function depthOf(expr: Expr): number {
  return 1 + Math.max(0, ...partsOf(expr).map(depthOf));
}

/** The same node with another content; keeps its place in the source. */
export function nodeAt(expr: Expr, exprKind: Expr['exprKind']): Expr {
  return { ...expr, exprKind };
}

export function callAt(expr: Expr, name: string, args: Expr[], target?: Expr): Expr {
  const call: Call = {
    $typeName: 'cel.expr.Expr.Call',
    function: name,
    args,
    ...(target === undefined ? {} : { target }),
  };
  return nodeAt(expr, { case: 'callExpr', value: call });
}

type Constant = Extract<Expr['exprKind'], { case: 'constExpr' }>['value'];
type TextConstant = Extract<Constant['constantKind'], { case: 'stringValue' }>;

export function textAt(expr: Expr, text: string): Expr {
  const constantKind: TextConstant = { case: 'stringValue', value: text };
  return nodeAt(expr, { case: 'constExpr', value: { $typeName: 'cel.expr.Constant', constantKind } });
}

/** The name when the node is a bare identifier. */
export function identifierOf(expr: Expr | undefined): string | null {
  return expr?.exprKind.case === 'identExpr' ? expr.exprKind.value.name : null;
}

/** `p ? … : @result`: how `filter`, `exists_one` and the longer `map` ask of each element. */
export function isSelection(call: Call): boolean {
  return call.function === '_?_:_' && identifierOf(call.args[2]) === ACCUMULATOR;
}
