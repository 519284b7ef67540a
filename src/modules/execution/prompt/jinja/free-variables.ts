import type { Arguments, Body, Expression, ForStatement, Signature, Statement, Target } from './nodes.js';

type Load = 'parameter' | 'assigned' | 'alias' | 'resolve';

/**
 * What one scope knows of its names. The rules are Jinja2's: a name counts as looked up from outside
 * when it is read before it is assigned, or when only some branches of an `if` assign it.
 */
class Scope {
  readonly refs = new Set<string>();
  readonly loads = new Map<string, Load>();
  readonly stores = new Set<string>();

  constructor(readonly parent: Scope | null) {}

  knows(name: string): boolean {
    return this.refs.has(name) || this.parent?.knows(name) === true;
  }

  declare(name: string): void {
    this.stores.add(name);
    this.define(name, 'parameter');
  }

  store(name: string): void {
    this.stores.add(name);
    if (!this.refs.has(name)) this.define(name, this.parent?.knows(name) === true ? 'alias' : 'assigned');
  }

  load(name: string): void {
    if (!this.knows(name)) this.define(name, 'resolve');
  }

  branch(): Scope {
    const copy = new Scope(this.parent);
    for (const name of this.refs) copy.refs.add(name);
    for (const [name, load] of this.loads) copy.loads.set(name, load);
    for (const name of this.stores) copy.stores.add(name);
    return copy;
  }

  merge(branches: readonly Scope[]): void {
    const assigned = new Set(branches.flatMap((branch) => [...branch.stores.difference(this.stores)]));
    for (const branch of branches) {
      for (const name of branch.refs) this.refs.add(name);
      for (const [name, load] of branch.loads) this.loads.set(name, load);
      for (const name of branch.stores) this.stores.add(name);
    }
    for (const name of assigned) {
      this.loads.set(name, this.parent?.knows(name) === true ? 'alias' : 'resolve');
    }
  }

  private define(name: string, load: Load): void {
    this.refs.add(name);
    this.loads.set(name, load);
  }
}

/** Names that a template looks up from outside, sorted; `globals` are left out. */
export function freeVariables(template: Body, globals: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  visitScope(template, new Scope(null), found, () => undefined);
  return [...found.difference(globals)].sort();
}

/** Calls back for every expression of a template, nested ones included, outermost first. */
export function eachExpression(body: Body, look: (expression: Expression) => void): void {
  const visit = (expression: Expression): void => {
    look(expression);
    for (const child of childrenOf(expression)) visit(child);
  };
  for (const statement of body) {
    for (const expression of expressionsOf(statement)) visit(expression);
    for (const inner of bodiesOf(statement)) eachExpression(inner, look);
  }
}

function visitScope(body: Body, scope: Scope, found: Set<string>, prepare: () => void): void {
  prepare();
  analyse(body, scope);
  settle(scope, body, found);
}

/** Reports the scope's own lookups, then those of the scopes inside it. */
function settle(scope: Scope, body: Body, found: Set<string>): void {
  for (const [name, load] of scope.loads) if (load === 'resolve') found.add(name);
  for (const statement of body) visitInner(statement, scope, found);
}

function analyse(body: Body, scope: Scope): void {
  for (const statement of body) analyseStatement(statement, scope);
}

function analyseStatement(statement: Statement, scope: Scope): void {
  switch (statement.kind) {
    case 'text':
      return;
    case 'if':
      analyseIf(statement.branches, statement.otherwise, scope);
      return;
    case 'macro':
      scope.store(statement.name);
      return;
    case 'set':
      loadAll([statement.value], scope);
      storeTarget(statement.target, scope);
      return;
    case 'set-block':
      storeTarget(statement.target, scope);
      return;
    case 'for':
      loadAll([statement.iterable], scope);
      return;
    case 'call-block':
      loadAll([statement.call], scope);
      return;
    default:
      loadAll(expressionsOf(statement), scope);
  }
}

function analyseIf(
  branches: readonly { readonly test: Expression; readonly body: Body }[],
  otherwise: Body,
  scope: Scope,
): void {
  const [first, ...others] = branches;
  if (first === undefined) return;
  loadAll([first.test], scope);
  const body = scope.branch();
  analyse(first.body, body);
  const elif = scope.branch();
  for (const other of others) analyseIf([other], [], elif);
  const last = scope.branch();
  analyse(otherwise, last);
  scope.merge([body, elif, last]);
}

function visitInner(statement: Statement, scope: Scope, found: Set<string>): void {
  switch (statement.kind) {
    case 'if':
      for (const branch of statement.branches) {
        for (const inner of branch.body) visitInner(inner, scope, found);
      }
      for (const inner of statement.otherwise) visitInner(inner, scope, found);
      return;
    case 'for':
      visitFor(statement, scope, found);
      return;
    case 'macro':
    case 'call-block':
      visitMacro(statement.signature, statement.body, scope, found);
      return;
    case 'with': {
      const inner = new Scope(scope);
      visitScope(statement.body, inner, found, () => {
        for (const target of statement.targets) declareTarget(target, inner);
      });
      return;
    }
    case 'set-block':
    case 'filter-block': {
      const inner = new Scope(scope);
      visitScope(statement.body, inner, found, () => {
        if (statement.filter !== null) loadAll([statement.filter], inner);
      });
      return;
    }
    default:
  }
}

function visitFor(statement: ForStatement, scope: Scope, found: Set<string>): void {
  const body = new Scope(scope);
  visitScope(statement.body, body, found, () => {
    body.declare('loop');
    declareTarget(statement.target, body);
  });
  visitScope(statement.otherwise, new Scope(scope), found, () => undefined);
  const test = new Scope(scope);
  visitScope([], test, found, () => {
    declareTarget(statement.target, test);
    if (statement.test !== null) loadAll([statement.test], test);
  });
}

function visitMacro(signature: Signature, body: Body, scope: Scope, found: Set<string>): void {
  const inner = new Scope(scope);
  for (const name of signature.parameters) inner.declare(name);
  loadAll(signature.defaults, inner);
  analyse(body, inner);
  for (const name of ['caller', 'kwargs', 'varargs']) inner.declare(name);
  settle(inner, body, found);
}

function storeTarget(target: Target, scope: Scope): void {
  if (target.kind === 'name') scope.store(target.name);
  else if (target.kind === 'member') scope.load(target.name);
  else for (const item of target.items) storeTarget(item, scope);
}

function declareTarget(target: Target, scope: Scope): void {
  if (target.kind === 'name') scope.declare(target.name);
  else if (target.kind === 'member') scope.load(target.name);
  else for (const item of target.items) declareTarget(item, scope);
}

function loadAll(expressions: readonly Expression[], scope: Scope): void {
  for (const expression of expressions) {
    if (expression.kind === 'name') scope.load(expression.name);
    loadAll(childrenOf(expression), scope);
  }
}

function bodiesOf(statement: Statement): readonly Body[] {
  switch (statement.kind) {
    case 'if':
      return [...statement.branches.map((branch) => branch.body), statement.otherwise];
    case 'for':
      return [statement.body, statement.otherwise];
    case 'text':
    case 'output':
    case 'set':
      return [];
    default:
      return [statement.body];
  }
}

function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'output':
    case 'set':
      return [statement.value];
    case 'if':
      return statement.branches.map((branch) => branch.test);
    case 'for':
      return statement.test === null ? [statement.iterable] : [statement.iterable, statement.test];
    case 'macro':
      return statement.signature.defaults;
    case 'call-block':
      return [statement.call, ...statement.signature.defaults];
    case 'filter-block':
      return [statement.filter];
    case 'set-block':
      return statement.filter === null ? [] : [statement.filter];
    case 'with':
      return statement.values;
    case 'text':
      return [];
  }
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'const':
    case 'name':
      return [];
    case 'tuple':
    case 'list':
    case 'concat':
      return expression.items;
    case 'dict':
      return expression.items.flat();
    case 'cond':
      return present([expression.test, expression.then, expression.otherwise]);
    case 'binary':
    case 'and':
    case 'or':
      return [expression.left, expression.right];
    case 'not':
    case 'neg':
    case 'pos':
    case 'attribute':
      return [expression.of];
    case 'compare':
      return [expression.first, ...expression.rest.map((part) => part.operand)];
    case 'item':
      return [expression.of, expression.key];
    case 'slice':
      return present([expression.start, expression.stop, expression.step]);
    case 'call':
      return [expression.callee, ...argumentsOf(expression.args)];
    case 'filter':
    case 'test':
      return [...present([expression.of]), ...argumentsOf(expression.args)];
  }
}

function argumentsOf(args: Arguments): readonly Expression[] {
  return [
    ...args.positional,
    ...args.named.map(([, value]) => value),
    ...present([args.rest, args.namedRest]),
  ];
}

function present(expressions: readonly (Expression | null)[]): readonly Expression[] {
  return expressions.filter((expression) => expression !== null);
}
