import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Validators } from '@aegis/feed-http';
import { z } from 'zod';

/** The last good state of a feed, as it lies on disk. */
export interface FeedSnapshot {
  /** Where it came from: a snapshot of another address is none of this feed. */
  readonly url: string;
  /** Name of the file beside it, by its digest. */
  readonly body: string;
  readonly bytes: number;
  readonly validators: Validators;
  /** When the feed last said that this is its state. */
  readonly confirmed: number;
  /** When this state came. */
  readonly changed: number;
}

const FeedSnapshot: z.ZodType<FeedSnapshot> = z.object({
  url: z.string(),
  body: z.string().regex(/^body-[0-9a-f]{64}$/),
  bytes: z.number(),
  validators: z.object({ etag: z.string().exactOptional(), lastModified: z.string().exactOptional() }),
  confirmed: z.number(),
  changed: z.number(),
});

/** A feed's folder: the body of its last good state, and a file that names it, replaced in one step. */
export class FeedStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o750 });
  }

  /** Where a new body is written before it is known to be good. */
  get incoming(): string {
    return join(this.#folder, 'incoming');
  }

  bodyOf({ body }: FeedSnapshot): string {
    return join(this.#folder, body);
  }

  /** Undefined where there is none, or it cannot be read: then it is fetched anew. */
  read(): FeedSnapshot | undefined {
    try {
      return FeedSnapshot.parse(JSON.parse(readFileSync(join(this.#folder, 'snapshot.json'), 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** Makes what is incoming the body of the state; whole or not at all, whatever happens. */
  commit(snapshot: FeedSnapshot): void {
    renameSync(this.incoming, this.bodyOf(snapshot));
    this.write(snapshot);
    for (const name of readdirSync(this.#folder)) {
      if (name.startsWith('body-') && name !== snapshot.body)
        rmSync(join(this.#folder, name), { force: true });
    }
  }

  write(snapshot: FeedSnapshot): void {
    const path = join(this.#folder, 'snapshot.json');
    const file = openSync(`${path}.next`, 'w', 0o640);
    try {
      writeSync(file, `${JSON.stringify(snapshot)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.next`, path);
  }

  discardIncoming(): void {
    rmSync(this.incoming, { force: true });
  }
}
