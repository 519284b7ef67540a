/** Longest that running calls may take to finish once the process stops (operations.md §3, step 3). */
export const DRAIN_LIMIT_MS = 15_000;
