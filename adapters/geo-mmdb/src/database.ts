import { type Clock, type Family, Result } from '@aegis/model';
import { type GeoFacts, UNKNOWN_PLACE } from '@aegis/ports';
import { DataSection } from './data-section.ts';
import { decodeValue, type MmdbValue } from './decode-value.ts';
import { FactsCache } from './facts-cache.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { RecordFacts } from './record-facts.ts';
import { NOT_FOUND, SearchTree } from './search-tree.ts';
import { verify } from './verify.ts';

/** Checking gives way to waiting work after this long. */
const TURN_MS = 4;

export interface DatabaseOptions {
  /** Answers kept, by record; 0 for none. */
  readonly cache: number;
  readonly clock: Clock;
}

/** A MaxMind DB that was found whole. Look-ups read it where it lies; its bytes must not change. */
export class Database {
  readonly metadata: Metadata;
  readonly bytes: number;
  readonly #tree: SearchTree;
  readonly #section: DataSection;
  readonly #facts: RecordFacts;
  readonly #cache: FactsCache | undefined;

  private constructor(
    metadata: Metadata,
    tree: SearchTree,
    section: DataSection,
    cache: FactsCache | undefined,
  ) {
    this.metadata = metadata;
    this.bytes = section.bytes.length;
    this.#tree = tree;
    this.#section = section;
    this.#facts = new RecordFacts(section);
    this.#cache = cache;
  }

  /** Checks all of it, in turns; the error says in words what is wrong. */
  static async open(bytes: Buffer, { cache, clock }: DatabaseOptions): Promise<Result<Database, string>> {
    const read = readMetadata(bytes);
    if (!read.ok) return read;
    const metadata = read.value;
    const tree = new SearchTree(bytes, metadata);
    const section = new DataSection(bytes, metadata.dataStart, metadata.dataEnd);
    const checking = verify(tree, section, metadata);
    let turnStarted = clock.monotonic();
    let step = checking.next();
    while (step.done !== true) {
      if (clock.monotonic() - turnStarted > TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turnStarted = clock.monotonic();
      }
      step = checking.next();
    }
    if (step.value !== undefined) return Result.err(step.value);
    const kept = cache === 0 ? undefined : new FactsCache(cache);
    return Result.ok(new Database(metadata, tree, section, kept));
  }

  lookup(family: Family, words: Uint32Array): GeoFacts {
    const offset = this.#tree.lookup(family, words);
    if (offset === NOT_FOUND) return UNKNOWN_PLACE;
    const kept = this.#cache?.get(offset);
    if (kept !== undefined) return kept;
    const facts = this.#facts.read(offset);
    this.#cache?.put(offset, facts);
    return facts;
  }

  /** All that the database has on an address. */
  record(family: Family, words: Uint32Array): MmdbValue | undefined {
    const offset = this.#tree.lookup(family, words);
    return offset === NOT_FOUND ? undefined : decodeValue(this.#section, offset);
  }
}
