import { setTimeout as sleep } from 'node:timers/promises';
import { GUARD_PRESETS, Guard, type GuardEvent } from '@aegis/guard';
import type { Clock, Random } from '@aegis/model';
import { ChatClient } from './chat-client.ts';
import { startChatServer } from './chat-server.ts';

export interface SiegeOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Default 200. */
  readonly honest?: number;
  /** How long everybody is at it, ms; default 25,000. */
  readonly forMs?: number;
  readonly signal?: AbortSignal;
  /** Told ten times a second. */
  readonly onProgress?: (progress: { readonly calls: number }) => void;
  readonly onEvent?: (event: GuardEvent) => void;
}

export interface AbuserReport {
  readonly name: string;
  readonly does: string;
  readonly asked: number;
  readonly refused: number;
  /** The states it went through. */
  readonly way: readonly string[];
  readonly state: string;
  readonly trust: number;
  /** Where it belongs: one of these. */
  readonly belongs: readonly string[];
}

export interface SiegeReport {
  readonly seconds: number;
  readonly honest: {
    readonly users: number;
    readonly calls: number;
    readonly refused: number;
    readonly disconnected: number;
    readonly refusedPercent: number;
    readonly messagesHeard: number;
    readonly heardFromAbusers: number;
  };
  readonly abusers: readonly AbuserReport[];
  readonly address: {
    readonly address: string;
    /** Guesses at tokens from the same address. */
    readonly guesses: number;
    readonly banned: boolean;
  };
}

const ROOM_SIZE = 20;
/** An honest member does something about this often, ms. */
const PAUSE_MS = 5_000;

/**
 * Honest members and abusers behind one address, over real WebSockets: a spammer (one text again and again), a
 * flooder (as fast as it can), a slow-burn abuser (now and then a message to very many, with odd frames in
 * between), and one who guesses tokens.
 */
export async function siege(options: SiegeOptions): Promise<SiegeReport> {
  const { clock, random, honest = 200, forMs = 25_000, signal, onProgress, onEvent } = options;
  const ways = new Map<string, string[]>();
  const guard = new Guard({
    config: { ...GUARD_PRESETS.strict, shadowBan: 'on' },
    clock,
    random,
    onEvent(event) {
      if (event.kind === 'transition')
        ways.set(event.user, [...(ways.get(event.user) ?? [event.from]), event.to]);
      onEvent?.(event);
    },
  });
  const server = await startChatServer({ guard, clock });
  const began = clock.monotonic();
  const stillOn = (): boolean => clock.monotonic() - began < forMs && signal?.aborted !== true;
  const clients: ChatClient[] = [];
  const join = async (user: string, room: string): Promise<ChatClient> => {
    const client = await ChatClient.connect(server.url, user, server.token(user), room);
    clients.push(client);
    return client;
  };
  const pause = (ms: number): Promise<unknown> => sleep(ms * (0.5 + random.next()));

  async function behave(number: number): Promise<void> {
    await sleep(random.next() * 2_000);
    const room = `room-${Math.floor(number / ROOM_SIZE)}`;
    const client = await join(`member-${number}`, room);
    client.ask({ kind: 'call', method: 'sync' });
    for (let turn = 0; stillOn(); turn++) {
      await pause(PAUSE_MS);
      if (turn % 3 === 2) client.ask({ kind: 'call', method: 'profile' });
      else client.ask({ kind: 'say', room, text: `${client.user} says something new (${turn})` });
    }
  }
  async function spam(): Promise<void> {
    const client = await join('abuser-spammer', 'room-0');
    while (stillOn()) {
      client.ask({ kind: 'say', room: 'room-0', text: 'cheap watches at example.com' });
      await sleep(2_500);
    }
  }
  async function flood(): Promise<void> {
    const client = await join('abuser-flooder', 'room-1');
    for (let n = 0; stillOn(); n++) {
      client.ask({ kind: 'say', room: 'room-1', text: `flood ${n}` });
      await sleep(10);
    }
  }
  async function burnSlowly(): Promise<void> {
    const client = await join('abuser-slow-burn', 'room-2');
    for (let n = 0; stillOn(); n++) {
      if (n % 3 === 2) client.ask({ kind: 'call', method: 'all_members' });
      else
        client.ask({ kind: 'say', room: 'room-2', text: `to everyone (${n}) ${'…'.repeat(1_100)}`, to: 700 });
      await sleep(3_000);
    }
  }
  let guesses = 0;
  async function guess(): Promise<void> {
    await sleep(3_000);
    while (stillOn()) {
      const client = await ChatClient.connect(server.url, 'member-1', `guess-${guesses++}`, 'room-0');
      client.close();
      await sleep(200);
    }
  }
  const progress = setInterval(() => {
    const calls = clients.reduce((sum, { tally }) => sum + tally.asked, 0);
    onProgress?.({ calls });
  }, 100);
  try {
    await Promise.all([
      ...Array.from({ length: honest }, (_, n) => behave(n)),
      spam(),
      flood(),
      burnSlowly(),
      guess(),
    ]);
    await sleep(500);
    return report(guard, clients, ways, guesses, (clock.monotonic() - began) / 1000);
  } finally {
    clearInterval(progress);
    for (const client of clients) client.close();
    await server.close();
  }
}

const BELONG: Readonly<Record<string, { readonly does: string; readonly belongs: readonly string[] }>> = {
  'abuser-spammer': { does: 'says one thing again and again', belongs: ['shadow_banned'] },
  'abuser-flooder': { does: 'says 100 things a second', belongs: ['shadow_banned'] },
  'abuser-slow-burn': {
    does: 'addresses 700 people every few seconds',
    belongs: ['throttled', 'write_disabled', 'shadow_banned'],
  },
};

function report(
  guard: Guard,
  clients: readonly ChatClient[],
  ways: ReadonlyMap<string, readonly string[]>,
  guesses: number,
  seconds: number,
): SiegeReport {
  const members = clients.filter(({ user }) => user.startsWith('member-'));
  const sum = (of: (client: ChatClient) => number): number =>
    members.reduce((total, each) => total + of(each), 0);
  const calls = sum(({ tally }) => tally.asked);
  const refused = sum(({ tally }) => tally.refused);
  const disconnected = sum(({ tally }) => tally.lost);
  return {
    seconds,
    honest: {
      users: members.length,
      calls,
      refused,
      disconnected,
      refusedPercent: (100 * (refused + disconnected)) / Math.max(1, calls + members.length),
      messagesHeard: sum(({ tally }) => tally.heard),
      heardFromAbusers: sum(({ tally }) => tally.heardFromAbusers),
    },
    abusers: clients
      .filter(({ user }) => Object.hasOwn(BELONG, user))
      .map(({ user, tally }) => {
        const { state, trust } = guard.inspect(user);
        const { does = '', belongs = [] } = BELONG[user] ?? {};
        return {
          name: user,
          does,
          asked: tally.asked,
          refused: tally.refused,
          way: ways.get(user) ?? ['normal'],
          state,
          trust,
          belongs,
        };
      }),
    address: { address: '127.0.0.1', guesses, banned: guard.ipBans().length > 0 },
  };
}
