import type { Clock, Logger, Random } from '@aegis/model';
import type { CrawlersSettings } from '../config/sections/crawlers-section.ts';
import { CrawlerNames } from './crawler-names.ts';
import type { CrawlerProof } from './crawler-proof.ts';
import { CrawlerRanges } from './crawler-ranges.ts';
import { systemNames } from './name-lookup.ts';

export interface Crawlers extends CrawlerProof {
  /** What keeps lists from answering, in words with the mend. */
  readonly troubles: readonly string[];
  /** Looks whether the files have changed. Never rejects. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface CrawlersOptions {
  readonly settings: CrawlersSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Proof by lists, and by the DNS where the config allows it; either is enough, and what both deny is refuted. */
export async function openCrawlers({ settings, clock, random, logger }: CrawlersOptions): Promise<Crawlers> {
  const ranges = new CrawlerRanges(settings.ranges, random, logger);
  const names = settings.reverseDns ? new CrawlerNames(systemNames(settings.dnsTimeoutMs), clock) : undefined;
  await ranges.open();
  return {
    get troubles() {
      return ranges.troubles;
    },
    proves(address, name) {
      const listed = ranges.proves(address, name);
      if (listed === true || names === undefined) return listed;
      return names.proves(address, name) ?? listed;
    },
    refresh: () => ranges.refresh(),
    close: () => ranges.close(),
  };
}
