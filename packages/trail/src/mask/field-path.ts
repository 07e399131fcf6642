import { AegisError } from '@aegis/model';

/** Where fields are: names and `*` (any one name or index) between dots, `**` (any number of them). */
export type FieldPath = readonly string[];

export function parseFieldPath(path: string): FieldPath {
  const parts = path.split('.');
  if (path.length > 256 || parts.length > 32 || parts.includes(''))
    throw new AegisError(
      'bad_field_path',
      `${JSON.stringify(path)} is no path such as user.*.phone or **.pin`,
    );
  return parts;
}

/** Paths followed while a value is walked: those that are whole here, and what remains of the others below. */
export interface Followed<T> {
  readonly here: T | undefined;
  readonly below: readonly (readonly [FieldPath, T])[];
}

/** One step down, to the member with this name. The first path that is whole counts. */
export function step<T>(paths: readonly (readonly [FieldPath, T])[], name: string): Followed<T> {
  let here: T | undefined;
  const below: (readonly [FieldPath, T])[] = [];
  const follow = (path: FieldPath, what: T): void => {
    const [first, ...rest] = path;
    if (first === '**') {
      below.push([path, what]);
      if (rest.length > 0) follow(rest, what);
    } else if (first === '*' || first === name) {
      if (rest.length === 0) here ??= what;
      else below.push([rest, what]);
    }
  };
  for (const [path, what] of paths) follow(path, what);
  return { here, below };
}
