import { createRequire } from 'node:module';
import { BlockList } from 'node:net';
import { formatIPv4, Prefix, type PrefixParts, seededRandom } from '@aegis/model';
import { PrefixTable } from '@aegis/netset';
import { getMatch } from 'ip-matching';
import { rate } from './rate.ts';
import type { Peer } from './result.ts';

/** How others answer whether, or with which entry, an address is listed. */
interface Contender {
  readonly name: string;
  /** What it can hold and answer within the time of this benchmark. */
  readonly entries: number;
  readonly checks: number;
  /** Builds it; the function gives the index of the longest entry, or whether there is one. */
  readonly build: (entries: readonly PrefixParts[]) => (address: string) => number | boolean;
}

interface LongestPrefixMatch {
  addPrefix(prefix: string, data: number): void;
  getMatch(prefix: string): number[];
}

const CONTENDERS: readonly Contender[] = [
  {
    name: 'net.BlockList',
    entries: 1_000_000,
    checks: 100_000,
    build(entries) {
      const list = new BlockList();
      for (const { words, length } of entries) list.addSubnet(formatIPv4(words[0]), length);
      return (address) => list.check(address);
    },
  },
  {
    name: 'longest-prefix-match',
    entries: 200_000,
    checks: 100_000,
    build(entries) {
      // It has no declarations.
      const require = createRequire(import.meta.url);
      const Trie = require('longest-prefix-match') as new () => LongestPrefixMatch;
      const trie = new Trie();
      for (const [index, entry] of entries.entries()) trie.addPrefix(Prefix.format(entry), index);
      return (address) => trie.getMatch(`${address}/32`)[0] ?? -1;
    },
  },
  {
    name: 'ip-matching',
    entries: 10_000,
    checks: 200,
    build(entries) {
      const matches = entries.map((entry) => getMatch(Prefix.format(entry)));
      return (address) => matches.some((match) => match.matches(address));
    },
  },
  {
    name: 'linear scan',
    entries: 1_000_000,
    checks: 50,
    build(entries) {
      const nets = Int32Array.from(entries, ({ words }) => words[0]);
      const lengths = Uint8Array.from(entries, ({ length }) => length);
      return (address) => {
        const word = addressWord(address);
        let found = -1;
        let longest = -1;
        for (let i = 0; i < nets.length; i++) {
          const length = lengths[i] as number;
          if (length > longest && ((word ^ (nets[i] as number)) >>> (32 - length) === 0 || length === 0)) {
            found = i;
            longest = length;
          }
        }
        return found;
      };
    },
  },
];

/** Look-ups a second of each, after its answers have been found to be ours. Throws where one is not. */
export function prefixPeers(entries: readonly PrefixParts[], clients: Int32Array): readonly Peer[] {
  return CONTENDERS.map((contender) => {
    const held = entries.slice(0, contender.entries);
    const texts = Array.from(clients.subarray(0, contender.checks), (word) => formatIPv4(word >>> 0));
    const check = contender.build(held);
    const ours = new PrefixTable({ random: seededRandom(5) });
    for (const [index, entry] of held.entries()) ours.insert(entry, index);
    for (const text of texts) {
      const expected = ours.lookupText(text);
      const answer = check(text);
      if (typeof answer === 'boolean' ? answer !== expected >= 0 : answer !== expected) {
        throw new Error(`${contender.name} says ${answer} of ${text}, and we ${expected}`);
      }
    }
    const { value } = rate(texts.length, 3, () => texts.filter((text) => Number(check(text)) > 0).length);
    return { name: contender.name, value, ...(held.length < entries.length && { entries: held.length }) };
  });
}

function addressWord(text: string): number {
  return text.split('.').reduce((word, octet) => (word << 8) | Number(octet), 0);
}
