import type { PacketCounts } from '@aegis/packet-filter';
import { KINDS, keepName, nameOf } from './set-name.ts';
import { type Step, script } from './tools.ts';

const FAMILIES = [
  { family: 4, program: 'iptables' },
  { family: 6, program: 'ip6tables' },
] as const;

type Family = (typeof FAMILIES)[number];

/** Where packets are looked at. The raw table is before connection tracking, and has no FORWARD. */
const HOOKS = [
  { table: 'raw', hook: 'PREROUTING', side: 'from' },
  { table: 'raw', hook: 'OUTPUT', side: 'to' },
  { table: 'mangle', hook: 'FORWARD', side: 'to' },
] as const;

type Hook = (typeof HOOKS)[number];

const SEEN = '-m comment --comment seen';

/** `AEGIS-FROM` looks at where a packet comes from, `AEGIS-TO` at where it goes. */
function chainOf(base: string, { side }: Pick<Hook, 'side'>): string {
  return `${base}-${side}`.toUpperCase();
}

/** Our chains anew, each table at once, and the jumps into them where they are missing. */
export function laySteps(base: string): readonly Step[] {
  return [
    ...FAMILIES.map((family): Step => {
      const tables = ['raw', 'mangle'].map((table) => tableText(base, family, table));
      return { command: [`${family.program}-restore`, '--noflush', '-w'], input: `${tables.join('\n')}\n` };
    }),
    script(
      eachHook(base, (run, hook, chain) => [
        `${run} -C ${hook} -j ${chain} 2>/dev/null || ${run} -I ${hook} -j ${chain}`,
      ]),
    ),
  ];
}

/** The end of them, where they are there. A chain that is jumped into cannot be deleted. */
export function clearLines(base: string): readonly string[] {
  return eachHook(base, (run, hook, chain) =>
    [`${run} -D ${hook} -j ${chain}`, `${run} -F ${chain}`, `${run} -X ${chain}`].map(
      (command) => `${command} 2>/dev/null || :`,
    ),
  );
}

/** Whose answers, in this order, {@link readCounts} reads. */
export const COUNT_STEPS: readonly Step[] = FAMILIES.flatMap(({ program }) =>
  ['raw', 'mangle'].map((table): Step => ({ command: [`${program}-save`, '-c', '-t', table] })),
);

/** A table, and rules such as `[12:840] -A AEGIS-FROM -m comment --comment seen`. What is passed on was seen in raw. */
export function readCounts(base: string, saved: readonly string[]): PacketCounts {
  const chains = [...new Set(HOOKS.map((hook) => chainOf(base, hook)))];
  const counts = { seen: 0, blocked: 0 };
  for (const text of saved) {
    const isRaw = text.includes('*raw');
    for (const line of text.split('\n')) {
      const [, packets, chain = '', rule = ''] = /^\[(\d+):\d+\] -A (\S+) (.*)$/.exec(line) ?? [];
      if (packets === undefined || !chains.includes(chain)) continue;
      if (rule.endsWith('-j DROP')) counts.blocked += Number(packets);
      else if (isRaw && rule === SEEN) counts.seen += Number(packets);
    }
  }
  return counts;
}

function eachHook(
  base: string,
  lines: (run: string, hook: string, chain: string) => readonly string[],
): readonly string[] {
  return FAMILIES.flatMap(({ program }) =>
    HOOKS.flatMap((hook) => lines(`${program} -w -t ${hook.table}`, hook.hook, chainOf(base, hook))),
  );
}

function tableText(base: string, { family }: Family, table: string): string {
  const sides = [...new Set(HOOKS.filter((hook) => hook.table === table).map(({ side }) => side))];
  return [
    `*${table}`,
    // A chain that is declared is made, or emptied.
    ...sides.map((side) => `:${chainOf(base, { side })} - [0:0]`),
    ...sides.flatMap((side) => rules(base, family, side)),
    'COMMIT',
  ].join('\n');
}

/** What is protected first, then what is allowed, then what is banned. */
function rules(base: string, family: 4 | 6, side: Hook['side']): readonly string[] {
  const chain = chainOf(base, { side });
  const direction = side === 'from' ? 'src' : 'dst';
  const loopback = side === 'from' ? '-i lo' : '-o lo';
  const meets = (set: string): string => `-m set --match-set ${set} ${direction}`;
  const verdicts = KINDS.filter((kind) => kind.family === family).map(
    (kind) => `${meets(nameOf(base, kind))} -j ${kind.list === 'allow' ? 'RETURN' : 'DROP'}`,
  );
  return [
    `${loopback} -j RETURN`,
    // Matches everything and does nothing: it counts.
    SEEN,
    // Without neighbour discovery (RFC 4861) a ban of one address of a host would cut off its others.
    ...(family === 6 ? ['135', '136'].map((type) => `-p icmpv6 --icmpv6-type ${type} -j RETURN`) : []),
    `${meets(keepName(base, family))} -j RETURN`,
    ...verdicts,
  ].map((rule) => `-A ${chain} ${rule}`);
}
