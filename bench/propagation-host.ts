import { connect } from 'node:net';
import { openRedisBus } from '@aegis/bus-redis';
import { DecisionEngine, defaultPolicy } from '@aegis/decide';
import {
  CHANNELS,
  ClockSkew,
  type Credentials,
  FrameOpener,
  Members,
  Reception,
  readCredentials,
  readDefenseAction,
} from '@aegis/mesh';
import { seededRandom } from '@aegis/model';
import { createClient } from '@redis/client';
import { type Heard, type HostTask, type Round, sharedNow } from './propagation-task.ts';

/** A process of `bench propagation`: many nodes, each with connections, keys, reception and engine of its own. */
const UNLIMITED = { perSecond: 1e9, burst: 1e9 };
const CHANNEL = CHANNELS.defense_action;
const AT_ONCE = 50;
const SINK = Buffer.alloc(64 * 1024);

let round: Round & { readonly latencies: number[]; readonly heard: Map<number, number>; core: number } = {
  ...{ kind: 'raw', messages: 0, latencies: [], heard: new Map(), core: 0 },
};
let subscribers = 0;

process.on('message', (message: HostTask | Round) => {
  if ('port' in message) void begin(message);
  else {
    const { user, system } = process.cpuUsage();
    round = { ...message, latencies: [], heard: new Map(), core: user + system };
    process.send?.('listening');
  }
});
process.on('disconnect', () => process.exit(0));

async function begin({ port, credentials, subscribers: count, areNodes }: HostTask): Promise<void> {
  subscribers = count;
  const read = readCredentials(credentials);
  if (!read.ok) throw new Error(read.error);
  for (let first = 0; first < subscribers; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, subscribers - first) }, (_, i) =>
      areNodes ? subscribe(first + i, port, openerOf(read.value)) : listen(port),
    );
    await Promise.all(some);
  }
  process.send?.('ready');
}

function openerOf(credentials: Credentials): FrameOpener {
  return new FrameOpener(credentials, new Members(credentials.mesh, credentials.authorities));
}

/** Takes what comes on both channels, and does nothing with it. */
function listen(port: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const take = (): boolean => {
    resolve();
    return true;
  };
  const socket = connect({ host: '127.0.0.1', port, onread: { buffer: SINK, callback: take } });
  socket.write(`SUBSCRIBE ${CHANNEL} raw\r\n`);
  return promise;
}

async function subscribe(number: number, port: number, opener: FrameOpener): Promise<void> {
  const engine = new DecisionEngine({ policy: defaultPolicy, random: seededRandom(1) });
  const rules = { self: `node-${number}`, windowMs: 60_000, flood: UNLIMITED, remembered: 1_000 };
  const reception = new Reception(opener, rules);
  const skew = new ClockSkew();
  const bus = openRedisBus({ servers: [{ host: '127.0.0.1', port }] });
  await bus.subscribe(CHANNEL, async ({ payload, at }) => {
    const { envelopes } = await reception.receive({ channel: CHANNEL, text: payload, at });
    for (const { type, data } of envelopes) {
      if (type !== 'defense_action') continue;
      const step = readDefenseAction(data, skew);
      if (!step.ok) continue;
      const { decision } = step.value;
      engine.apply(decision);
      // In force is what a check answers.
      if (engine.check({ address: decision.value as never }, decision.created).outcome === 'block')
        hear(number, 'decisions', Number(decision.source));
    }
  });
  const raw = createClient({ RESP: 2, url: `redis://127.0.0.1:${port}` });
  await raw.connect();
  await raw.subscribe('raw', (text) => hear(number, 'raw', Number(text.slice(0, text.indexOf(' ')))));
}

function hear(number: number, kind: Round['kind'], sentAt: number): void {
  if (kind !== round.kind) return;
  const count = (round.heard.get(number) ?? 0) + 1;
  round.heard.set(number, count);
  if (count !== round.messages) return;
  round.latencies.push(sharedNow() - sentAt);
  if (round.latencies.length < subscribers) return;
  const { user, system } = process.cpuUsage();
  const heard: Heard = { latencies: round.latencies, core: (user + system - round.core) / 1e6 };
  process.send?.(heard);
}
