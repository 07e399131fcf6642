import type { UserAgentInfo } from '@aegis/model';
import crawlerUserAgents from 'crawler-user-agents';
import { isbot } from 'isbot';
import { type LiteralScan, literalScan } from './literal-scan.ts';
import { FEED_READERS, type KnownAgent, LIBRARIES, MONITORS, SECURITY_TOOLS } from './user-agent-tools.ts';

/** Proves, where it can, that an address belongs to the crawler a user agent declares. */
export type CrawlerProof = (crawler: string) => boolean | undefined;

/** Longer user agents are cut: no honest one is near it. */
const LONGEST_USER_AGENT = 512;

/**
 * What is behind a user agent. Only the text is judged: a declared crawler is `verified` where `proof` says so
 * of its address, and unverified otherwise. That something is a bot says nothing against it.
 */
export function classifyUserAgent(userAgent: string, proof?: CrawlerProof): UserAgentInfo {
  const ua = userAgent.slice(0, LONGEST_USER_AGENT).trim();
  if (ua === '' || ua === '-') return { is_bot: false, kind: 'none' };
  const os = operatingSystem(ua.toLowerCase());
  const system = os === undefined ? {} : { os };
  for (const [kind, scan, agents] of GROUPS) {
    const agent = match(scan, agents, ua);
    if (agent === undefined) continue;
    const version = versionAfter(ua, agent.needle);
    return {
      is_bot: true,
      kind,
      tool_name: agent.name,
      ...(version === undefined ? {} : { version }),
      ...system,
    };
  }
  const crawler = declaredCrawler(ua);
  if (crawler !== undefined) return { ...crawlerInfo(ua, crawler, proof), ...system };
  const browser = BROWSERS.find(([needle]) => ua.includes(needle));
  if (isbot(ua)) return { is_bot: true, kind: browser === undefined ? 'unknown' : 'crawler', ...system };
  if (browser === undefined || (!ua.startsWith('Mozilla/') && !ua.startsWith('Opera/')))
    return { is_bot: false, kind: 'unknown', ...system };
  const version = versionAfter(ua, browser[0].toLowerCase());
  return {
    is_bot: false,
    kind: 'browser',
    tool_name: browser[1],
    ...(version === undefined ? {} : { version }),
    ...system,
  };
}

type Group = readonly [kind: UserAgentInfo['kind'], scan: LiteralScan, agents: readonly KnownAgent[]];

function group(kind: UserAgentInfo['kind'], agents: readonly KnownAgent[]): Group {
  return [kind, literalScan(agents.map((agent) => agent.needle)), agents];
}

const GROUPS: readonly Group[] = [
  group('security_tool', SECURITY_TOOLS),
  group('feed_reader', FEED_READERS),
  group('monitor', MONITORS),
  group('library', LIBRARIES),
];

/** The first name that stands as a word of its own: `ruby` in `Ruby/3.2`, not `dart` in `Dartmouth`. */
function match(scan: LiteralScan, agents: readonly KnownAgent[], ua: string): KnownAgent | undefined {
  let found: KnownAgent | undefined;
  let at = 0;
  scan.each(ua, (index, end) => {
    const agent = agents[index] as KnownAgent;
    const before = ua[end - agent.needle.length - 1];
    const after = ua[end];
    const opens =
      before === undefined || !/[a-z0-9-]/i.test(before) || /[^a-z]/.test(agent.needle[0] as string);
    const closes = after === undefined || !/[a-z]/i.test(after) || agent.needle.endsWith('/');
    if (!opens || !closes) return undefined;
    const start = end - agent.needle.length;
    if (found === undefined || start < at || (start === at && end > at + found.needle.length)) {
      found = agent;
      at = start;
    }
    return undefined;
  });
  return found;
}

interface Crawler {
  readonly name: string;
  readonly needle: string;
  readonly kind: UserAgentInfo['kind'];
}

const TAG_KINDS: Readonly<Record<string, UserAgentInfo['kind']>> = {
  'feed-reader': 'feed_reader',
  'http-library': 'library',
  monitoring: 'monitor',
};

function crawler(pattern: string, tags: readonly string[] | undefined): Crawler {
  const plain = pattern.replace(/\\(.)/g, '$1');
  const kind = tags?.map((tag) => TAG_KINDS[tag]).find((known) => known !== undefined) ?? 'crawler';
  return { name: plain.replace(/^[\s(]+|[\s/;)(]+$/g, ''), needle: plain.toLowerCase(), kind };
}

/** The patterns of crawler-user-agents that are plain text go into one automaton ... */
const LISTED: readonly { readonly pattern: string; readonly tags?: readonly string[] }[] = crawlerUserAgents;
const PLAIN = LISTED.filter(
  (entry) => !/[[\](){}|^$*+?]|(?<!\\)\.|\\[a-zA-Z]/.test(entry.pattern.replace(/\\[^a-zA-Z]/g, '')),
);
const PLAIN_CRAWLERS = PLAIN.map((entry) => crawler(entry.pattern, entry.tags)).filter((known) =>
  /^[ -~]+$/.test(known.needle),
);
const PLAIN_SCAN = literalScan(PLAIN_CRAWLERS.map((known) => known.needle));
/** ... and the few others stay expressions; none of them repeats a group. */
const OTHER_CRAWLERS = LISTED.filter((entry) => !PLAIN.includes(entry)).map((entry) => ({
  expression: new RegExp(entry.pattern),
  tags: entry.tags,
}));

function declaredCrawler(ua: string): Crawler | undefined {
  let found: Crawler | undefined;
  PLAIN_SCAN.each(ua, (index) => {
    const known = PLAIN_CRAWLERS[index] as Crawler;
    if (found === undefined || known.needle.length > found.needle.length) found = known;
    return undefined;
  });
  if (found !== undefined) return found;
  for (const { expression, tags } of OTHER_CRAWLERS) {
    const seen = expression.exec(ua);
    if (seen !== null) return crawler(seen[0], tags);
  }
  return undefined;
}

function crawlerInfo(ua: string, known: Crawler, proof: CrawlerProof | undefined): UserAgentInfo {
  const version = versionAfter(ua, known.needle);
  return {
    is_bot: true,
    kind: known.kind,
    tool_name: known.name,
    ...(version === undefined ? {} : { version }),
    ...(known.kind === 'crawler' ? { verified: proof?.(known.name) ?? false } : {}),
  };
}

/** The most specific first: every Chromium also says Safari, and Edge also says Chrome. */
const BROWSERS: readonly (readonly [needle: string, name: string])[] = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Vivaldi/', 'Vivaldi'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['YaBrowser/', 'Yandex Browser'],
  ['HeadlessChrome/', 'Headless Chrome'],
  ['CriOS/', 'Chrome'],
  ['FxiOS/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Firefox/', 'Firefox'],
  ['Version/', 'Safari'],
  ['Trident/', 'Internet Explorer'],
  ['MSIE ', 'Internet Explorer'],
  ['Opera/', 'Opera'],
  ['Gecko/', 'Gecko'],
];

const SYSTEMS: readonly (readonly [needle: string, name: string])[] = [
  ['windows', 'windows'],
  ['iphone', 'ios'],
  ['ipad', 'ios'],
  ['android', 'android'],
  ['mac os x', 'macos'],
  ['macintosh', 'macos'],
  ['darwin', 'macos'],
  ['cros ', 'chromeos'],
  ['linux', 'linux'],
  ['freebsd', 'freebsd'],
  ['openbsd', 'openbsd'],
];

function operatingSystem(lower: string): string | undefined {
  return SYSTEMS.find(([needle]) => lower.includes(needle))?.[1];
}

/** `1.7.2` in `sqlmap/1.7.2#stable`, where it stands within a few characters behind the name. */
function versionAfter(ua: string, needle: string): string | undefined {
  const at = ua.toLowerCase().indexOf(needle);
  return /^[\s/:v(-]{0,3}(\d[\w.-]{0,23})/i.exec(ua.slice(at + needle.length))?.[1];
}
