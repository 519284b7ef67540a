/** The lists of MCP that clients are told of; templates belong to `resources`. */
export type ChangedList = 'tools' | 'resources' | 'prompts';

/**
 * What clients are told after a new Runtime took over: the lists that are not what they were. Every resource that
 * somebody watches may be another one too, for its database, its code and its definition were read anew.
 */
export interface Changes {
  readonly lists: readonly ChangedList[];
}
