import { AegisError, type Random } from '@aegis/model';
import { EXPECTED_SESSIONS, GUESTS, type Guest } from './guests.ts';

/** One client: its address and what it does, one visit after the other. */
export interface Caller {
  readonly address: string;
  readonly visits: readonly Guest[];
}

/** RFC 5737; the decoy itself is 192.0.2.10. */
const RANGES = ['192.0.2', '198.51.100', '203.0.113'];
const HOSTS = Array.from({ length: 254 }, (_, i) => i + 1);
const MOST_VISITS = 6;
/** How many of those who can come over IPv6 (2001:db8::/32, RFC 3849). */
const IPV6_SHARE = 0.3;

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
}

/** Groups of one to `most`: attackers use several tools, an office has several people. */
function grouped(guests: readonly Guest[], most: number, random: Random): readonly (readonly Guest[])[] {
  const groups: (readonly Guest[])[] = [];
  const rest = shuffled(guests, random);
  while (rest.length > 0) {
    const group = rest.splice(0, 1 + Math.floor(random.next() * most));
    groups.push(group.sort((a, b) => GUESTS.indexOf(a) - GUESTS.indexOf(b)));
  }
  return groups;
}

function addressOfIPv6(random: Random): string {
  const group = (): string => (1 + Math.floor(random.next() * 0xfffe)).toString(16);
  return `2001:db8:${group()}:${group()}::${group()}`;
}

/** Everybody who comes, in the order they come. An address is either an attacker's or not. */
export function guestList(sessions: number, random: Random, only?: string): readonly Caller[] {
  const scale = sessions / EXPECTED_SESSIONS;
  const wanted = GUESTS.filter((guest) => only === undefined || guest.tool === only);
  const visits = wanted.flatMap((guest) =>
    Array.from({ length: Math.max(1, Math.round(guest.visits * scale)) }, () => guest),
  );
  const overIPv6 = shuffled(visits, random).filter((guest) => guest.ipv6 && random.next() < IPV6_SHARE);
  const remaining = [...visits];
  for (const guest of overIPv6) remaining.splice(remaining.indexOf(guest), 1);
  const addresses = shuffled(
    RANGES.flatMap((range) => HOSTS.map((host) => `${range}.${host}`)).filter(
      (address) => address !== '192.0.2.10',
    ),
    random,
  );
  // Slow and fast visits apart: a caller waits for its own earlier visits.
  const crowd = [true, undefined].flatMap((leisurely) =>
    (['attack', 'ordinary'] as const).flatMap((kind) =>
      grouped(
        remaining.filter((guest) => guest.kind === kind && guest.leisurely === leisurely),
        MOST_VISITS,
        random,
      ),
    ),
  );
  if (crowd.length > addresses.length)
    throw new AegisError('too_many_clients', 'there are not enough addresses');
  const callers = crowd.map((group, i): Caller => ({ address: addresses[i] as string, visits: group }));
  const callers6 = overIPv6.map((guest): Caller => ({ address: addressOfIPv6(random), visits: [guest] }));
  return shuffled([...callers, ...callers6], random);
}
