import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';

/**
 * A file that is cut off looks like a whole one: it is there with all of it, or as it was. `progress` is told of
 * the bytes written so far.
 */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  progress: (bytes: number) => void = () => {},
): Promise<void> {
  const partial = `${file}.partial`;
  let bytes = 0;
  try {
    writing(partial, () => writeFileSync(partial, ''));
    for await (const chunk of chunks) {
      writing(partial, () => writeFileSync(partial, chunk, { flag: 'a' }));
      bytes += chunk.length;
      progress(bytes);
    }
    writing(file, () => renameSync(partial, file));
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const message = `${file} cannot be written: ${(error as Error).message}`;
    throw new CommandError(EXIT_CODES.failed, 'unwritable', message);
  }
}
