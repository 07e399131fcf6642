import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionRecord } from '@aegis/model';

/** Every record in the day files of that name, file by file. Throws where a line is not whole. */
export function readDayFiles(folder: string, name: string): readonly SessionRecord[] {
  const paths = globSync(`sessions/*/${name}.jsonl`, { cwd: folder }).toSorted();
  return paths.flatMap((path) => {
    const text = readFileSync(join(folder, path), 'utf8');
    if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} ends in half a line`);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as SessionRecord);
  });
}
