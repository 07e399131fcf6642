/** Why one line could not be read. Errors are data: the lines around it are not touched by it. */
export interface LineError {
  readonly kind:
    | 'not_json'
    | 'not_utf8'
    | 'too_long'
    | 'too_deep'
    | 'missing_field'
    | 'bad_value'
    | 'bad_format';
  /** What was found and what would be right, in words; where is in `column` and `field`. */
  readonly message: string;
  /** 1-based, in UTF-16 units of the line; with `not_utf8` in bytes. */
  readonly column?: number;
  /** Path of the field: `peer.ip`. */
  readonly field?: string;
  /** What was found, bounded. */
  readonly found?: string;
}

/** A bounded piece of what was found, safe to show: quoted, controls escaped. */
export function excerpt(found: unknown): string {
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object' && found !== null) return 'an object';
  if (typeof found !== 'string') return String(found);
  return found.length > 60 ? `${JSON.stringify(found.slice(0, 60))}…` : JSON.stringify(found);
}
