/** Where a value of the config came from, and so where a wrong one is mended. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'preset'; readonly preset: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'variable'; readonly variable: string }
  /** Found out by the program, as the node's id from the host name. */
  | { readonly kind: 'derived'; readonly from: string };

/** `aegis.yaml:12:9`, `AEGIS_HTTP_PORT`, `preset production`, `default`, `the host name`. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'preset':
      return `preset ${origin.preset}`;
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'variable':
      return origin.variable;
    case 'derived':
      return origin.from;
  }
}
