import { celEnv, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { depthOf, partsOf, type Expr } from './cel-syntax.js';
import { Condition } from './condition.js';
import { dialectFunctions } from './dialect-functions.js';
import { toDialect } from './dialect-rewriter.js';
import { EvaluationBudget } from './evaluation-budget.js';
import { ExpressionCheck } from './expression-check.js';
import type { Known } from './expression-kind.js';
import { operatorHint } from './operator-hint.js';
import { hideReservedWords } from './reserved-words.js';

/** Longest condition, in UTF-8 bytes. */
export const MAX_CONDITION_BYTES = 4096;

/** Deepest nesting of a condition's tree. */
export const MAX_CONDITION_DEPTH = 200;

type CompiledCondition =
  | { readonly ok: true; readonly condition: Condition; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Compiles conditions of our dialect (policies.md §10). */
export class ConditionCompiler {
  private readonly budget = new EvaluationBudget();
  private readonly env;
  private readonly functions: ReadonlySet<string>;

  constructor() {
    const official = celEnv();
    this.env = celEnv({ funcs: [...strings, ...dialectFunctions(official, this.budget)] });
    this.functions = new Set([...this.env.funcs].map((func) => func.name));
  }

  /**
   * Parses, checks and plans a condition. What is merely suspicious is a warning.
   * @param variables the names that it will be given, and what is known of their values
   */
  compile(text: string, variables: ReadonlyMap<string, Known>): CompiledCondition {
    if (text.trim() === '') return { ok: false, reason: 'the condition is empty' };
    if (Buffer.byteLength(text) > MAX_CONDITION_BYTES) {
      return { ok: false, reason: `the condition is longer than ${MAX_CONDITION_BYTES} bytes` };
    }
    try {
      const hidden = hideReservedWords(text);
      const { expr, sourceInfo } = parse(hidden.text);
      restoreNames(expr, hidden.originals);
      if (depthOf(expr) > MAX_CONDITION_DEPTH) return tooDeep;
      const { variables: used, warnings } = new ExpressionCheck(variables, this.functions).run(expr);
      const program = plan(this.env, toDialect(expr));
      const condition = new Condition(program, sourceInfo?.positions ?? {}, this.budget, used);
      return { ok: true, condition, warnings };
    } catch (error) {
      // the parser recurses
      return error instanceof RangeError ? tooDeep : { ok: false, reason: parserReason(error, text) };
    }
  }
}

const tooDeep = {
  ok: false,
  reason: `the condition is nested more than ${MAX_CONDITION_DEPTH} levels deep`,
} as const;

/** Puts the reserved words back that the parser would have refused. */
function restoreNames(expr: Expr, originals: ReadonlyMap<string, string>): void {
  if (originals.size === 0) return;
  const restored = (name: string): string => originals.get(name) ?? name;
  const { exprKind } = expr;
  if (exprKind.case === 'identExpr') exprKind.value.name = restored(exprKind.value.name);
  if (exprKind.case === 'selectExpr') exprKind.value.field = restored(exprKind.value.field);
  if (exprKind.case === 'callExpr') exprKind.value.function = restored(exprKind.value.function);
  if (exprKind.case === 'comprehensionExpr') exprKind.value.iterVar = restored(exprKind.value.iterVar);
  for (const part of partsOf(expr)) restoreNames(part, originals);
}

/** `<input>:1:8: found a but expecting end of input` as `found a but expecting end of input at line 1, column 8`. */
function parserReason(error: unknown, condition: string): string {
  const text = error instanceof Error ? error.message : String(error);
  const [, line, column, what = text] = /^<input>:(\d+):(\d+): (.*)/s.exec(text) ?? [];
  const short = what.replace(/ but expecting '[!(]', .*/s, ' where a value should be');
  if (line === undefined || column === undefined) return short;
  return `${short} at line ${line}, column ${column}${operatorHint(condition, Number(line), Number(column))}`;
}
