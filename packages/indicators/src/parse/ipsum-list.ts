import type { FeedParser, Findings } from './feed-format.ts';

/**
 * `192.0.2.1<tab>4`: an address and how many lists it is on. Each list is taken for as good as a coin, and for
 * independent of the others: confidence 100 x (1 - 0.5^n), which is 50, 75, 88, 94, 97, 98, 99.
 */
export function ipsumList({ found, refused }: Findings): FeedParser {
  return {
    line(text, number) {
      const entry = text.trim();
      if (entry === '' || entry.startsWith('#')) return;
      const [address = '', count = ''] = entry.split(/\s+/);
      if (!/^\d{1,6}$/.test(count) || count === '0') refused(number, 'no count of lists after it', entry);
      else {
        const confidence = Math.min(99, Math.round(100 * (1 - 0.5 ** Number(count))));
        found(number, address, undefined, { confidence, about: `on ${Number(count)} lists` });
      }
    },
    end() {},
  };
}
