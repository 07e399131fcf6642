import { COLUMN_ROLES, type ColumnRole, FEED_FORMATS, type FeedFormat } from '@aegis/indicators';
import { ACTIONS, type Action } from '@aegis/model';
import type { Section, Setting } from '../setting.ts';
import { choice, choices, duration, records, size, text, whole } from '../setting-kinds.ts';

export interface FeedSettings {
  readonly name: string;
  readonly url: string;
  readonly via: 'list' | 'misp' | 'taxii' | 'redis';
  readonly format: FeedFormat | 'auto';
  readonly columns: readonly ColumnRole[];
  readonly action: Action;
  readonly confidence: number;
  readonly category: string;
  readonly ttlMs: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly maxIndicators: number;
  readonly maxEnforced: number;
  readonly authorizationFile: string;
  readonly stream: string;
  readonly group: string;
}

const STREAM_NAME = /^[A-Za-z0-9][A-Za-z0-9:._{}-]{0,127}$/;

export const feedItem: Section<FeedSettings> = {
  is: 'section',
  key: 'feeds',
  doc: 'A feed of indicators.',
  members: {
    name: text({
      key: 'name',
      doc: 'What it is called in decisions, metrics and commands.',
      initial: '',
      pattern: /^[a-z0-9][a-z0-9._-]{0,39}$/,
      expected: 'a name of 1 to 40 lower-case letters, digits, ".", "_" or "-"',
    }),
    url: text({
      key: 'url',
      doc: 'Where it is: an http(s) URL, a file, or redis:// for a live stream.',
      initial: '',
      pattern: /^(?:(?:https?|file|rediss?):\/\/[^\s\p{Cc}]{1,2000}|(?![a-zA-Z]+:\/\/)[^\p{Cc}]{1,2000})$/u,
      expected: 'an http, https, file or redis URL, or the name of a file',
    }),
    via: choice({
      key: 'via',
      doc: 'How it is read: list is one document; misp a MISP feed with its manifest.json; taxii a TAXII 2.1 collection or server; redis a live stream.',
      initial: 'list',
      choices: ['list', 'misp', 'taxii', 'redis'],
    }),
    format: choice({
      key: 'format',
      doc: 'What a list is written in; auto tells it from its beginning.',
      initial: 'auto',
      choices: ['auto', ...FEED_FORMATS],
    }),
    columns: choices({
      key: 'columns',
      doc: 'What each column of a CSV list holds, in order, "-" for one to pass over; empty: told from the titles.',
      initial: [],
      choices: COLUMN_ROLES,
      most: 64,
    }),
    action: choice({
      key: 'action',
      doc: 'What is done with what it lists; allow makes it an allow list.',
      initial: 'ban',
      choices: ACTIONS,
    }),
    confidence: whole({
      key: 'confidence',
      doc: 'How sure it is (0 to 100) where an entry says nothing itself.',
      initial: 80,
      min: 0,
      max: 100,
      unit: 'percent',
    }),
    category: text({
      key: 'category',
      doc: 'What its addresses are, for the analysis of sessions: botnet, scanner, tor_exit, ...',
      initial: 'listed',
      pattern: /^[a-z][a-z0-9_]{0,39}$/,
      expected: 'a word of lower-case letters, digits and "_"',
    }),
    ttlMs: duration({
      key: 'ttl',
      doc: 'How long its entries hold after the feed last said so: how long a feed that has died is believed.',
      initial: '7d',
      min: '1m',
      max: '365d',
    }),
    intervalMs: duration({
      key: 'interval',
      doc: 'How often it is asked for something new.',
      initial: '1h',
      min: '1s',
      max: '30d',
    }),
    timeoutMs: duration({
      key: 'timeout',
      doc: 'The longest that fetching it may take; a quarter of it without a byte ends it too.',
      initial: '60s',
      min: '1s',
      max: '1h',
    }),
    maxBytes: size({
      key: 'max_bytes',
      doc: 'The largest it may be, unpacked; a larger one is refused and the last good state stays.',
      initial: '64MiB',
      min: '1KiB',
      max: '1GiB',
    }),
    maxIndicators: whole({
      key: 'max_indicators',
      doc: 'The most indicators that are taken of it, some 60 bytes of memory each.',
      initial: 2_000_000,
      min: 1,
      max: 10_000_000,
      unit: 'indicators',
    }),
    maxEnforced: whole({
      key: 'max_enforced',
      doc: 'The most addresses and ranges of it that firewalls, bouncers and proxies are given, the surest first, some 400 bytes of memory each here and a rule there; the rest counts at checks alone. 0: none.',
      initial: 100_000,
      min: 0,
      max: 1_000_000,
      unit: 'indicators',
    }),
    authorizationFile: text({
      key: 'authorization_file',
      doc: 'A file with the value of the Authorization header, such as "Bearer abc"; read at each fetch.',
      initial: '',
      pattern: /^\P{Cc}{0,4000}$/u,
      expected: 'the name of a file',
    }),
    stream: text({
      key: 'stream',
      doc: 'The Redis stream of a live feed.',
      initial: 'threat-intel:stream',
      pattern: STREAM_NAME,
      expected: 'a name of letters, digits, ":", ".", "_" or "-"',
    }),
    group: text({
      key: 'group',
      doc: 'The consumer group of a live feed. Nodes that share one split its entries; give each its own to have all on each.',
      initial: 'ioc-processor',
      pattern: STREAM_NAME,
      expected: 'a name of letters, digits, ":", ".", "_" or "-"',
    }),
  },
};

export const feedsSetting: Setting<readonly FeedSettings[]> = records({
  key: 'feeds',
  doc: 'Feeds of indicators: lists of addresses, names, hashes and more that others know to be bad.',
  cost: 'Memory, some 60 bytes an indicator, and a look-up in each feed at every check.',
  most: 64,
  item: feedItem,
  named: 'name',
});
