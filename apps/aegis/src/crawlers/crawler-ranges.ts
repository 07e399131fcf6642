import { readFile } from 'node:fs/promises';
import { type CrawlerList, parseCrawlerList } from '@aegis/analyze';
import type { Address, Logger, Random } from '@aegis/model';
import { WatchedFile } from '@aegis/watched-file';
import type { CrawlerRangesSettings } from '../config/sections/crawlers-section.ts';
import { type CrawlerProof, isKinOf } from './crawler-proof.ts';

/** A published list has some hundred lines. */
const MAX_BYTES = 16 * 1024 * 1024;

interface Ranges {
  readonly name: string;
  readonly files: readonly WatchedFile<CrawlerList>[];
}

/** Proof by the lists that operators publish, as files that may be replaced while it answers. */
export class CrawlerRanges implements CrawlerProof {
  readonly #ranges: readonly Ranges[];

  constructor(settings: readonly CrawlerRangesSettings[], random: Random, logger: Logger) {
    this.#ranges = settings.map(({ name, files }) => ({
      name,
      files: files.map(
        (path) =>
          new WatchedFile<CrawlerList>({
            path,
            maxBytes: MAX_BYTES,
            load: async (file) => parseCrawlerList(await readFile(file.path, 'utf8'), random),
            mend: "fetch the list that the crawler's operator publishes again",
            describe: ({ prefixes }) => `${prefixes} prefixes of ${name}`,
            logger,
          }),
      ),
    }));
  }

  async open(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.open()));
  }

  async refresh(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.refresh()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }

  /** Why a file is not what answers, for each such file. */
  get troubles(): readonly string[] {
    return this.#files.map((file) => file.trouble).filter((trouble) => trouble !== '');
  }

  /** False only where every list of the crawler is there: one that is missing might have had the address. */
  proves(address: Address, name: string): boolean | undefined {
    let isKnown = false;
    for (const { name: known, files } of this.#ranges) {
      if (!isKinOf(name, known)) continue;
      if (files.some((file) => file.value?.has(address) === true)) return true;
      isKnown ||= files.length > 0 && files.every((file) => file.value !== undefined);
    }
    return isKnown ? false : undefined;
  }

  get #files(): readonly WatchedFile<CrawlerList>[] {
    return this.#ranges.flatMap(({ files }) => files);
  }
}
