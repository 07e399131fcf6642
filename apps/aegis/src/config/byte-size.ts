/** A size in bytes, written as `512B`, `8KiB` (1,024) or `10MB` (1,000,000). */
const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

/** What a size looks like, for the JSON Schema. */
export const BYTE_SIZE_PATTERN: RegExp = /^\d{1,12}(\.\d{1,3})?(B|kB|KB|MB|GB|KiB|MiB|GiB)$/;

/** Bytes; undefined where the text is not a size. */
export function parseByteSize(text: string): number | undefined {
  const match = BYTE_SIZE_PATTERN.exec(text);
  if (match === null) return undefined;
  const unit = match[2] as string;
  return Math.round(Number(text.slice(0, -unit.length)) * (UNIT_BYTES[unit] as number));
}

/** In the largest binary unit that gives a whole number: 65,536 is `64KiB`. The inverse of {@link parseByteSize}. */
export function writeByteSize(bytes: number): string {
  for (const unit of ['GiB', 'MiB', 'KiB']) {
    const size = UNIT_BYTES[unit] as number;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}
