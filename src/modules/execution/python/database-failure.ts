/** The exceptions of Python's `duckdb` by what DuckDB's message begins with. */
const exceptions: Readonly<Record<string, string>> = {
  Binder: 'BinderException',
  Catalog: 'CatalogException',
  Connection: 'ConnectionException',
  Constraint: 'ConstraintException',
  Conversion: 'ConversionException',
  Dependency: 'DependencyException',
  FATAL: 'FatalException',
  HTTP: 'HTTPException',
  INTERNAL: 'InternalException',
  INTERRUPT: 'InterruptException',
  IO: 'IOException',
  'Invalid Input': 'InvalidInputException',
  'Invalid type': 'InvalidTypeException',
  'Mismatch Type': 'TypeMismatchException',
  'Not implemented': 'NotImplementedException',
  'Out of Memory': 'OutOfMemoryException',
  'Out of Range': 'OutOfRangeException',
  Parser: 'ParserException',
  Permission: 'PermissionException',
  Sequence: 'SequenceException',
  Serialization: 'SerializationException',
  Syntax: 'SyntaxException',
  TransactionContext: 'TransactionException',
};

/** The exception of Python's `duckdb` that a message of DuckDB belongs to; their common base where it is none. */
export function duckdbException(message: string): string {
  const kind = /^([A-Za-z ]+) Error: /.exec(message)?.[1];
  return (kind === undefined ? undefined : exceptions[kind]) ?? 'Error';
}
