import type { Section } from '../setting.ts';
import { duration, flag, paths, records, text } from '../setting-kinds.ts';

export interface CrawlerRangesSettings {
  readonly name: string;
  readonly files: readonly string[];
}

export interface CrawlersSettings {
  readonly ranges: readonly CrawlerRangesSettings[];
  readonly reverseDns: boolean;
  readonly dnsTimeoutMs: number;
  readonly refreshMs: number;
}

const rangesItem: Section<CrawlerRangesSettings> = {
  is: 'section',
  key: 'ranges',
  doc: 'Where one crawler comes from.',
  members: {
    name: text({
      key: 'name',
      doc: 'As it calls itself: Googlebot is Googlebot-Image as well.',
      initial: '',
      pattern: /^[A-Za-z0-9][A-Za-z0-9 ._-]{1,63}$/,
      expected: 'a name of 2 to 64 letters, digits, blanks, ".", "_" or "-", such as Googlebot',
    }),
    files: paths({
      key: 'files',
      doc: 'Its published lists: JSON with prefixes of ipv4Prefix and ipv6Prefix. A file may be replaced at any time.',
      most: 16,
    }),
  },
};

export const crawlersSection: Section<CrawlersSettings> = {
  is: 'section',
  key: 'crawlers',
  doc: 'What proves that a client is the crawler it calls itself. Without any, none is believed.',
  members: {
    ranges: records({
      key: 'ranges',
      doc: 'The addresses of crawlers, from lists that their operators publish.',
      cost: 'Memory: some 60 bytes a prefix.',
      most: 64,
      item: rangesItem,
      named: 'name',
    }),
    reverseDns: flag({
      key: 'reverse_dns',
      doc: 'Whether addresses of declared crawlers are looked up in the DNS, and their names back: what the operators of Googlebot, bingbot, YandexBot, Baiduspider, Applebot and others vouch for. Analysis does not wait for answers: they count from the next session on.',
      initial: false,
    }),
    dnsTimeoutMs: duration({
      key: 'dns_timeout',
      doc: 'A look-up that takes longer says nothing.',
      cost: 'Slow servers keep others waiting.',
      initial: '2s',
      min: '100ms',
      max: '30s',
    }),
    refreshMs: duration({
      key: 'refresh',
      doc: 'How often the files are looked at. A change counts when the file was the same at two looks.',
      cost: 'New files answer later.',
      initial: '1m',
      min: '100ms',
      max: '1d',
    }),
  },
};
