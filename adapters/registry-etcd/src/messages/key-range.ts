/** Keys from `key` up to but without `end`, as bytes. */
export interface KeyRange {
  readonly key: Buffer;
  readonly end: Buffer;
}

const ZERO: Buffer = Buffer.of(0);

/** All keys that begin with this text; of the empty text, all keys there are. */
export function keysWith(prefix: string): KeyRange {
  const key = Buffer.from(prefix);
  if (key.length === 0) return { key: ZERO, end: ZERO };
  const end = Buffer.from(key);
  // UTF-8 has no byte 0xff, so the last one can always be raised.
  end[end.length - 1] = (end.at(-1) as number) + 1;
  return { key, end };
}
