import { nearest } from '../../../common/yaml/nearest.js';
import {
  ACCUMULATOR,
  identifierOf,
  isSelection,
  partsOf,
  type Call,
  type Expr,
  type Macro,
  type Select,
} from './cel-syntax.js';
import { kindOf, type Kind, type Known } from './expression-kind.js';

/** What can be said of a condition without evaluating it. */
interface ExpressionFindings {
  /** Free names that the context knows, to be given a value before each evaluation. */
  readonly variables: readonly string[];
  readonly warnings: readonly string[];
}

/** Names that are values without being variables. */
const typeNames = new Set(
  'bool bytes double duration dyn google int list map null_type string timestamp type uint'.split(' '),
);

/** Operators and macros that are not among the environment's functions. */
const builtIns = new Set('_&&_ _||_ _?_:_ _[_] @not_strictly_false has'.split(' '));

const orderings = new Set('_<_ _<=_ _>_ _>=_'.split(' '));
const relations = new Set([...orderings, '_==_', '_!=_']);

/** Walks one condition: which names are free, which are nowhere declared, what is probably not meant. */
export class ExpressionCheck {
  readonly #used = new Set<string>();
  readonly #warnings = new Set<string>();

  /**
   * @param variables what the context offers, with what the declarations tell of each
   * @param functions every function of the environment
   */
  constructor(
    private readonly variables: ReadonlyMap<string, Known>,
    private readonly functions: ReadonlySet<string>,
  ) {}

  run(expr: Expr): ExpressionFindings {
    this.visit(expr, new Set());
    const kind = this.kind(expr, new Set());
    if (kind === 'number' || kind === 'other') {
      this.#warnings.add('the condition does not answer true or false; its truth decides');
    }
    return { variables: [...this.#used], warnings: [...this.#warnings] };
  }

  private visit(expr: Expr, bound: ReadonlySet<string>): void {
    const { exprKind } = expr;
    switch (exprKind.case) {
      case 'identExpr':
        this.name(exprKind.value.name, bound);
        break;
      case 'callExpr':
        this.call(exprKind.value, bound);
        break;
      case 'selectExpr':
        this.select(exprKind.value, bound);
        break;
      case 'comprehensionExpr':
        this.macro(exprKind.value, bound);
        break;
      default:
        for (const part of partsOf(expr)) this.visit(part, bound);
    }
  }

  /** The other parts of a macro are not the author's. */
  private macro({ iterVar, iterRange, loopStep }: Macro, bound: ReadonlySet<string>): void {
    if (iterRange !== undefined) this.visit(iterRange, bound);
    if (loopStep !== undefined) this.visit(loopStep, new Set([...bound, iterVar, ACCUMULATOR]));
  }

  private name(name: string, bound: ReadonlySet<string>): void {
    if (bound.has(name)) return;
    if (this.variables.has(name)) {
      this.#used.add(name);
    } else if (!typeNames.has(name)) {
      const home = [...this.variables].find(([, known]) => isFields(known) && known.includes(name));
      const known = home === undefined ? hint(name, this.variables.keys()) : `; write '${home[0]}.${name}'`;
      this.#warnings.add(`unknown variable '${name}'${known}`);
    }
  }

  /** A field that is not there fails the rule, and so denies every call; `has()` may ask for any. */
  private select({ operand, field, testOnly }: Select, bound: ReadonlySet<string>): void {
    if (operand === undefined) return;
    this.visit(operand, bound);
    const name = identifierOf(operand);
    const fields = name === null || bound.has(name) ? undefined : this.variables.get(name);
    if (name === null || testOnly || !isFields(fields) || fields.includes(field)) return;
    const known = hint(field, fields) || `; it has ${fields.join(', ') || 'none'}`;
    this.#warnings.add(`'${name}' has no field '${field}'${known}`);
  }

  private call(call: Call, bound: ReadonlySet<string>): void {
    const qualified = `${identifierOf(call.target) ?? ''}.${call.function}`;
    const isQualified = this.functions.has(qualified);
    if (!isQualified && !this.functions.has(call.function) && !builtIns.has(call.function)) {
      this.#warnings.add(`unknown function '${call.function}'${hint(call.function, this.functions)}`);
    }
    this.relation(call, bound);
    if (call.target !== undefined && !isQualified) this.visit(call.target, bound);
    for (const arg of call.args) this.visit(arg, bound);
  }

  private relation(call: Call, bound: ReadonlySet<string>): void {
    const kinds = call.args.map((arg) => this.kind(arg, bound));
    if ((call.function === '_&&_' || call.function === '_||_') && kinds.some(isNotBoolean)) {
      this.#warnings.add(
        `an operand of ${call.function.slice(1, 3)} is not true or false; its truth decides`,
      );
    }
    if (isSelection(call) && isNotBoolean(kinds[0] ?? 'unknown')) {
      this.#warnings.add("a macro's predicate is not true or false; its truth decides");
    }
    if (isEquality(call) && kinds.includes('bool') && kinds.includes('number')) {
      this.#warnings.add('a truth value never equals a number');
    }
    const left = call.args[0]?.exprKind;
    if (orderings.has(call.function) && left?.case === 'callExpr' && relations.has(left.value.function)) {
      this.#warnings.add("a chain such as '1 < 2 < 3' compares a truth value; write 'a < b && b < c'");
    }
  }

  private kind(expr: Expr, bound: ReadonlySet<string>): Kind {
    return kindOf(expr, (name) => {
      const known = (bound.has(name) ? undefined : this.variables.get(name)) ?? 'unknown';
      return isFields(known) ? 'other' : known;
    });
  }
}

function isFields(known: Known | undefined): known is readonly string[] {
  return typeof known === 'object';
}

function isNotBoolean(kind: Kind): boolean {
  return kind === 'number' || kind === 'other';
}

function isEquality(call: Call): boolean {
  return call.function === '_==_' || call.function === '_!=_';
}

function hint(name: string, known: Iterable<string>): string {
  const suggestion = nearest(
    name,
    [...known].filter((candidate) => /^\w+$/.test(candidate)),
  );
  return suggestion === null ? '' : `; did you mean '${suggestion}'?`;
}
