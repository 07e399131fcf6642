type WithoutUndefined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** A copy without the members that are undefined: to a port, absent and undefined are not the same. */
export function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  const known = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(known) as WithoutUndefined<T>;
}
