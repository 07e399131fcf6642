/** Where something is in a document: keys and places in lists. */
export type DocumentPath = readonly (string | number)[];

/**
 * What is to be said of a policy document. An `error` keeps it from being a policy; a `warning` is of something
 * that is allowed and hardly meant.
 */
export interface PolicyIssue {
  readonly severity: 'error' | 'warning';
  /** Of what it is about; empty: the whole document. */
  readonly path: DocumentPath;
  /** Whether it is about the key at the end of the path or about its value. */
  readonly about: 'key' | 'value';
  /** In words: what is wrong and what would be right. */
  readonly message: string;
  /** Where something unknown was written: what, and what is known there. One of these may have been meant. */
  readonly unknown?: { readonly written: string; readonly known: readonly string[] };
}
