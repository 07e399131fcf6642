const LARGEST = 2n ** 64n - 1n;

/** Whether Redis could have given this id: two 64-bit numbers. Anything else would fail a whole command. */
export function isMessageId(text: string): boolean {
  const [, ...parts] = /^(\d{1,20})-(\d{1,20})$/.exec(text) ?? [];
  return parts.length === 2 && parts.every((part) => BigInt(part) <= LARGEST);
}
