import { Address, type Clock } from '@aegis/model';
import { type CrawlerProof, isKinOf } from './crawler-proof.ts';
import type { NameLookup } from './name-lookup.ts';

/** In which domains the hosts of a crawler are named, by what its operator says. */
const DOMAINS: readonly (readonly [name: string, domains: readonly string[]])[] = [
  ['Googlebot', ['googlebot.com', 'google.com']],
  ['AdsBot-Google', ['google.com']],
  ['Mediapartners-Google', ['google.com']],
  ['Storebot-Google', ['google.com']],
  ['bingbot', ['search.msn.com']],
  ['msnbot', ['search.msn.com']],
  ['adidxbot', ['search.msn.com']],
  ['YandexBot', ['yandex.ru', 'yandex.net', 'yandex.com']],
  ['Baiduspider', ['baidu.com', 'baidu.jp']],
  ['Applebot', ['applebot.apple.com']],
  ['PetalBot', ['petalsearch.com', 'aspiegel.com']],
  ['SeznamBot', ['seznam.cz']],
];

interface Known {
  readonly proof: boolean | undefined;
  /** By the monotonic clock. */
  readonly until: number;
}

const HOUR_MS = 3_600_000;
/** How long an answer is believed. One that did not come is asked for again soon. */
const KEPT_MS = { proved: 24 * HOUR_MS, refuted: HOUR_MS, unknown: 60_000 } as const;
/** Answers kept; the oldest go first. */
const MOST_KNOWN = 10_000;
/** Look-ups under way at once; an address that finds no place is looked up when it comes again. */
const MOST_ASKED = 16;
/** Names of an address that are looked up back. */
const MOST_NAMES = 4;

/**
 * Proof by forward-confirmed reverse DNS: the address has a name in a domain of the crawler, and that name has the
 * address. Asked in the background, so that no analysis waits for servers which those who are judged may run: the
 * first session of an address finds no answer yet.
 */
export class CrawlerNames implements CrawlerProof {
  readonly #lookup: NameLookup;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Promise<void>>();

  constructor(lookup: NameLookup, clock: Clock) {
    this.#lookup = lookup;
    this.#clock = clock;
  }

  proves(address: Address, name: string): boolean | undefined {
    const domains = DOMAINS.find(([known]) => isKinOf(name, known))?.[1];
    if (domains === undefined) return undefined;
    const key = `${address} ${domains.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined && this.#clock.monotonic() < known.until) return known.proof;
    if (!this.#asked.has(key) && this.#asked.size < MOST_ASKED) {
      const asking = this.#ask(key, address, domains).finally(() => this.#asked.delete(key));
      this.#asked.set(key, asking);
    }
    return undefined;
  }

  /** When what is under way has its answer. */
  async settled(): Promise<void> {
    await Promise.all(this.#asked.values());
  }

  /** Never rejects. */
  async #ask(key: string, address: Address, domains: readonly string[]): Promise<void> {
    let proof: boolean | undefined;
    try {
      proof = await this.#confirms(address, domains);
    } catch {
      proof = undefined;
    }
    const kept = proof === undefined ? KEPT_MS.unknown : proof ? KEPT_MS.proved : KEPT_MS.refuted;
    this.#known.delete(key);
    this.#known.set(key, { proof, until: this.#clock.monotonic() + kept });
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value as string);
  }

  async #confirms(address: Address, domains: readonly string[]): Promise<boolean> {
    const names = (await this.#lookup.namesOf(address)).map((name) => name.toLowerCase().replace(/\.$/, ''));
    const own = names.filter((name) => domains.some((domain) => name.endsWith(`.${domain}`)));
    for (const name of own.slice(0, MOST_NAMES)) {
      const addresses = await this.#lookup.addressesOf(name, address);
      if (addresses.some((each) => isSame(each, address))) return true;
    }
    return false;
  }
}

function isSame(text: string, address: Address): boolean {
  const parsed = Address.parse(text);
  return parsed.ok && parsed.value === address;
}
