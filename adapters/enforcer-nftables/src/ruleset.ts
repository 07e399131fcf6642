import { formatIPv6, type Prefix } from '@aegis/model';
import { type Element, type PacketCounts, setName } from '@aegis/packet-filter';

export interface RulesetOptions {
  /** The name of the table in family `inet`; everything in it is ours. */
  readonly table: string;
  /**
   * Of the hooks, lower is earlier. -310 is before connection tracking (-200) and before the raw table (-300): what
   * is dropped costs least there.
   */
  readonly priority: number;
  /** Packets to and from these always pass. */
  readonly protectedPrefixes: readonly Prefix[];
}

/** Named, so that one command reads them and every rule that drops shares one. */
const COUNTERS = ['seen', 'blocked'] as const;
const WORD = 0xffff_ffff;
const NEIGHBOUR_DISCOVERY = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }';

/**
 * The table without elements, in place of one that was there, as one transaction.
 *
 * Chain `from` looks at where a packet comes from, `to` at where it goes; in each the protected prefixes come first,
 * then what is allowed, then what is banned. Loopback never comes that far.
 */
export function emptyTable({ table, priority, protectedPrefixes }: RulesetOptions): readonly string[] {
  const inTable = `inet ${table}`;
  const hook = (name: string): string =>
    `add chain ${inTable} ${name} { type filter hook ${name} priority ${priority}; policy accept; }`;
  return [
    // Deleting a table that is not there would fail.
    `add table ${inTable}`,
    `delete table ${inTable}`,
    `add table ${inTable}`,
    ...COUNTERS.map((name) => `add counter ${inTable} ${name}`),
    `add chain ${inTable} from`,
    `add chain ${inTable} to`,
    // Without neighbour discovery (RFC 4861) a ban of one address of a host would cut off its others.
    ...['from', 'to'].map((chain) => `add rule ${inTable} ${chain} ${NEIGHBOUR_DISCOVERY} return`),
    ...protection(inTable, 4, protectedPrefixes),
    ...protection(inTable, 6, protectedPrefixes),
    ...['prerouting', 'forward', 'output'].map(hook),
    `add rule ${inTable} prerouting iif lo accept`,
    `add rule ${inTable} prerouting counter name seen`,
    `add rule ${inTable} prerouting jump from`,
    // Not in prerouting: a banned prefix that this machine lies in would cut it off from everybody.
    `add rule ${inTable} forward jump to`,
    `add rule ${inTable} output oif lo accept`,
    `add rule ${inTable} output counter name seen`,
    `add rule ${inTable} output jump to`,
  ];
}

/** The command whose answer {@link readCounters} reads. */
export function listCounters(table: string): string {
  return `list counters table inet ${table}`;
}

/** `counter seen { packets 12 bytes 840 }`, over several lines. A dry run prints nothing and counts nothing. */
export function readCounters(printed: string): PacketCounts {
  const packets = (name: string): number =>
    Number(new RegExp(`counter ${name} \\{\\s*packets (\\d+) `).exec(printed)?.[1] ?? 0);
  return { seen: packets('seen'), blocked: packets('blocked') };
}

/** The one interval set: small, and written whole. */
function protection(inTable: string, family: 4 | 6, all: readonly Prefix[]): readonly string[] {
  const prefixes = all.filter((prefix) => prefix.includes(':') === (family === 6));
  const name = `protected${family}`;
  const elements = prefixes.length === 0 ? '' : ` elements = { ${prefixes.join(', ')} };`;
  return [
    `add set ${inTable} ${name} { type ipv${family}_addr; flags interval; auto-merge;${elements} }`,
    `add rule ${inTable} from ${header(family)} saddr @${name} return`,
    `add rule ${inTable} to ${header(family)} daddr @${name} return`,
  ];
}

/** A set for one prefix length of one list, and the rules that look into it. */
export function setWithRules(table: string, kind: Omit<Element, 'address'>): readonly string[] {
  const { list, family, bits } = kind;
  const inTable = `inet ${table}`;
  const name = setName(kind);
  // What is allowed goes before every ban, in whatever order the lengths come into use.
  const [command, verdict] = list === 'allow' ? ['insert', 'return'] : ['add', 'counter name blocked drop'];
  const rule = (chain: string, address: string): string => {
    const network = bits === (family === 4 ? 32 : 128) ? address : `${address} & ${mask(family, bits)}`;
    return `${command} rule ${inTable} ${chain} ${header(family)} ${network} @${name} ${verdict}`;
  };
  return [
    `add set ${inTable} ${name} { type ipv${family}_addr; flags timeout; }`,
    rule('from', 'saddr'),
    rule('to', 'daddr'),
  ];
}

function header(family: 4 | 6): string {
  return family === 4 ? 'ip' : 'ip6';
}

/** `255.255.255.0`, `ffff:ffff::` */
function mask(family: 4 | 6, bits: number): string {
  const word = (index: number): number => {
    const ones = Math.min(32, Math.max(0, bits - 32 * index));
    return ones === 0 ? 0 : (WORD << (32 - ones)) >>> 0;
  };
  if (family === 6) return formatIPv6(word(0), word(1), word(2), word(3));
  return [24, 16, 8, 0].map((shift) => (word(0) >>> shift) & 255).join('.');
}
