/** How records stand in a file: `opening`, then the records with `separator` between them, then `closing`. */
export interface FileFormat {
  readonly opening: string;
  readonly separator: string;
  readonly closing: string;
}

/** Both keep one record a line. `json` is one array, whole again after every batch. */
const FILE_FORMATS: Readonly<Record<'jsonl' | 'json', FileFormat>> = Object.freeze({
  jsonl: { opening: '', separator: '\n', closing: '\n' },
  json: { opening: '[\n', separator: ',\n', closing: '\n]\n' },
});

/** How the names of compressed files end. */
export const COMPRESSED = '.zst';

export function formatOf(path: string): FileFormat {
  return /\.jsonl(\.zst)?$/.test(path) ? FILE_FORMATS.jsonl : FILE_FORMATS.json;
}
