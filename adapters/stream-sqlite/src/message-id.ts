/** The row numbers of those ids that this adapter may have given out; others are left aside. */
export function parseIds(ids: readonly string[]): readonly number[] {
  return ids.filter((id) => /^[1-9]\d{0,14}$/.test(id)).map(Number);
}
