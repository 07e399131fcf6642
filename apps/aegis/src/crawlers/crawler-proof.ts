import type { Address } from '@aegis/model';

/** Tells whether a client is the crawler it calls itself. No I/O, and no waiting: what is not known yet is undefined. */
export interface CrawlerProof {
  /** `name` is what the user agent says: `Googlebot-Image`. Undefined where nobody can say. */
  proves(address: Address, name: string): boolean | undefined;
}

/** For analysis that knows no crawlers. */
export const NO_CRAWLERS: CrawlerProof = Object.freeze({ proves: () => undefined });

/** Whether the crawler of that name is meant: it, or one of its kin (`Googlebot` for `Googlebot-Image`). */
export function isKinOf(declared: string, name: string): boolean {
  const [a, b] = [declared.toLowerCase(), name.toLowerCase()];
  return a.startsWith(b) && !/[a-z0-9]/.test(a.charAt(b.length));
}
