import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { SessionRecord } from '@aegis/model';

/** Every record in the day files of that name, compressed ones first, by file. Throws where a line is not whole. */
export function readDayFiles(folder: string, name: string): readonly SessionRecord[] {
  const paths = globSync(`sessions/*/${name}.{,*.}jsonl{,.zst}`, { cwd: folder });
  const parts = (path: string): string => `${path.split('/')[1]} ${path.endsWith('.zst') ? 0 : 1} ${path}`;
  return paths
    .toSorted((a, b) => parts(a).localeCompare(parts(b)))
    .flatMap((path) => {
      const text = textOf(join(folder, path));
      if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} ends in half a line`);
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as SessionRecord);
    });
}

/** As any program that reads zstd does, frame after frame. */
function textOf(path: string): string {
  const bytes = readFileSync(path);
  return path.endsWith('.zst') ? zstdDecompressSync(bytes).toString() : bytes.toString();
}
