/** What is wrong with a declared type, found at load. */
export interface SchemaProblem {
  /** Below the kind, such as `parameters.0.default`. */
  readonly location: string;
  readonly message: string;
  /** An error where no call could succeed; the rest still loads. */
  readonly severity: 'error' | 'warning';
}
