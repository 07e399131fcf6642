import { type FileHandle, open } from 'node:fs/promises';
import { LineReader } from '@aegis/fleet';

export interface FollowedPlace {
  readonly inode: number;
  readonly offset: number;
}

const CHUNK = 65_536;
/** Read in one look; more waits for the next, so that a flood of lines is no flood of work. */
const MOST_A_LOOK = 4_194_304;
const LONGEST_LINE = 16_384;

/**
 * Follows a log by looking at it: a renamed one is read to its end before the new one of its name, one that was cut
 * short is begun anew. Lines that are too long are passed over.
 */
export class LogFollower {
  readonly #path: string;
  readonly #onLine: (line: string) => void;
  #file: FileHandle | undefined;
  #inode = 0;
  #offset = 0;
  #reader: LineReader;

  constructor(path: string, onLine: (line: string) => void) {
    this.#path = path;
    this.#onLine = onLine;
    this.#reader = this.#freshReader();
  }

  get place(): FollowedPlace {
    return { inode: this.#inode, offset: this.#offset };
  }

  /** Goes on at a place, or at the end of the log where there is none. Throws where it cannot be read. */
  async open(place: FollowedPlace | undefined): Promise<void> {
    this.#file = await open(this.#path);
    const { ino, size } = await this.#file.stat();
    this.#inode = ino;
    if (place === undefined) this.#offset = size;
    else this.#offset = place.inode === ino && place.offset <= size ? place.offset : 0;
    this.#reader = this.#freshReader();
  }

  /** Reads what is new. Throws where it cannot be read. */
  async look(): Promise<void> {
    if (this.#file === undefined) await this.open({ inode: 0, offset: 0 });
    await this.#readOn();
    const next = await open(this.#path);
    const { ino, size } = await next.stat();
    if (ino === this.#inode && size >= this.#offset) return next.close();
    await this.#readOn();
    await this.#file?.close();
    this.#file = next;
    this.#inode = ino;
    this.#offset = 0;
    this.#reader = this.#freshReader();
    await this.#readOn();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #readOn(): Promise<void> {
    for (let read = 0; read < MOST_A_LOOK; ) {
      const { buffer, bytesRead = 0 } =
        (await this.#file?.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, this.#offset)) ?? {};
      if (buffer === undefined || bytesRead === 0) return;
      this.#offset += bytesRead;
      read += bytesRead;
      this.#reader.push(buffer.subarray(0, bytesRead));
    }
  }

  #freshReader(): LineReader {
    return new LineReader(LONGEST_LINE, this.#onLine, () => {});
  }
}
