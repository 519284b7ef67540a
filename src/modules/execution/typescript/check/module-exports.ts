import type { Expression, FunctionDeclaration, Pattern, Program, Statement } from 'acorn';

/** What an export is, as far as its text tells. */
export type ExportedValue =
  | { readonly kind: 'function'; readonly parameters: readonly Pattern[]; readonly line: number }
  /** `what` it is instead: `a class`. */
  | { readonly kind: 'other'; readonly what: string; readonly line: number }
  | { readonly kind: 'unknown' };

export interface ModuleExports {
  readonly byName: ReadonlyMap<string, ExportedValue>;
  /** True when there may be more: `export *`, or CommonJS. */
  readonly isOpen: boolean;
}

type Declared = Map<string, ExportedValue>;
type Exported = Map<string, ExportedValue>;

const unknown: ExportedValue = { kind: 'unknown' };

/** Words for expressions that are no functions; of those not listed the text does not tell. */
const words: Readonly<Record<string, string>> = {
  ClassExpression: 'a class',
  ClassDeclaration: 'a class',
  ObjectExpression: 'an object',
  ArrayExpression: 'a list',
  Literal: 'a constant',
  TemplateLiteral: 'a text',
  UnaryExpression: 'a value',
};

/** Everything a module exports, in every form of `export`. */
export function exportsOf(program: Program): ModuleExports {
  const declared: Declared = new Map();
  for (const node of program.body) {
    if (node.type === 'ExportNamedDeclaration' && node.declaration) declare(node.declaration, declared);
    else if (node.type === 'ExportDefaultDeclaration') declareDefault(node.declaration, declared);
    else if (!node.type.startsWith('Export') && !node.type.startsWith('Import')) {
      declare(node as Statement, declared);
    }
  }
  const exported: Exported = new Map();
  let isOpen = isCommonJs(program);
  for (const node of program.body) {
    if (node.type === 'ExportDefaultDeclaration') {
      exported.set('default', valueOf(node.declaration, declared));
    } else if (node.type === 'ExportAllDeclaration') {
      if (node.exported) {
        const line = node.loc?.start.line ?? 1;
        exported.set(nameOf(node.exported), { kind: 'other', what: 'a module', line });
      } else isOpen = true;
    } else if (node.type === 'ExportNamedDeclaration') {
      if (node.declaration) {
        for (const name of namesOf(node.declaration)) exported.set(name, declared.get(name) ?? unknown);
      }
      for (const { local, exported: as } of node.specifiers) {
        exported.set(nameOf(as), node.source ? unknown : (declared.get(nameOf(local)) ?? unknown));
      }
    }
  }
  return { byName: exported, isOpen };
}

function declare(node: Statement, declared: Declared): void {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    declared.set(node.id.name, valueOf(node, declared));
  } else if (node.type === 'VariableDeclaration') {
    for (const { id, init } of node.declarations) {
      if (id.type !== 'Identifier') continue;
      // what can be assigned anew is told by running only
      const isFixed = node.kind === 'const' && init;
      declared.set(id.name, isFixed ? valueOf(init, declared) : unknown);
    }
  }
}

function declareDefault(node: { readonly type: string }, declared: Declared): void {
  const named = node as { readonly type: string; readonly id?: { readonly name: string } | null };
  if (node.type !== 'FunctionDeclaration' && node.type !== 'ClassDeclaration') return;
  if (named.id) declared.set(named.id.name, valueOf(node, declared));
}

/** @param declared the module's own names seen so far */
function valueOf(
  node: Expression | FunctionDeclaration | { readonly type: string },
  declared: Declared,
): ExportedValue {
  const { loc } = node as Expression;
  const line = loc?.start.line ?? 1;
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return { kind: 'function', parameters: (node as FunctionDeclaration).params, line };
    case 'Identifier':
      return declared.get((node as { readonly name: string } & typeof node).name) ?? unknown;
    default: {
      const what = words[node.type];
      return what === undefined ? unknown : { kind: 'other', what, line };
    }
  }
}

function namesOf(node: Statement): readonly string[] {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return [node.id.name];
  return node.type === 'VariableDeclaration' ? node.declarations.flatMap(({ id }) => boundNames(id)) : [];
}

function boundNames(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'Property' ? property.value : property.argument),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)));
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    default:
      return [];
  }
}

function nameOf(node: { readonly type: string }): string {
  const { name, value } = node as { readonly name?: string; readonly value?: unknown };
  return name ?? String(value);
}

/** Without `import` and `export` the file may be CommonJS, whose exports only running it tells. */
function isCommonJs({ body }: Program): boolean {
  return !body.some(({ type }) => type.startsWith('Export') || type === 'ImportDeclaration');
}
