import type { FeedParser, Findings } from './feed-format.ts';

/** Names that every hosts file gives to the machine itself. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  'localhost',
  'localhost.localdomain',
  'local',
  'broadcasthost',
  'ip6-localhost',
  'ip6-loopback',
  'ip6-localnet',
  'ip6-mcastprefix',
  'ip6-allnodes',
  'ip6-allrouters',
  'ip6-allhosts',
  '0.0.0.0',
]);

/** `0.0.0.0 bad.example worse.example # comment`: the names are the indicators, the address is a sink. */
export function hostsFile({ found, refused }: Findings): FeedParser {
  return {
    line(text, number) {
      const [entry = ''] = text.split('#', 1);
      const words = entry.trim().split(/\s+/);
      if (words[0] === '') return;
      if (words.length < 2) refused(number, 'no name after the address', entry);
      for (const name of words.slice(1)) {
        if (!OWN_NAMES.has(name.toLowerCase())) found(number, name, 'domain');
      }
    },
    end() {},
  };
}
