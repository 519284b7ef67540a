/** What to do where Node.js can only leave out types. */
export const unsupportedAdvice =
  'Node.js runs TypeScript by leaving out its types, so use syntax that is only types ' +
  '(`erasableSyntaxOnly` of TypeScript finds the rest): a union or an object `as const` for an enum, ' +
  'fields for parameter properties, modules for namespaces';
