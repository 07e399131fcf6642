import { answered } from './answered.ts';
import { connectToServer } from './connect-to-server.ts';
import type { Connected, Reply } from './redis-connection.ts';
import {
  addressText,
  answerTimeoutOf,
  type RedisAddress,
  type RedisServerOptions,
  type Sentinel,
} from './redis-server-options.ts';

interface Master {
  readonly master: Connected;
  /** Every sentinel that watches it. */
  readonly sentinels: readonly RedisAddress[];
}

/**
 * The master that Sentinel names, as the first of `sentinels` that answers has it, and that says itself that it is
 * one: a sentinel that was cut off names the old one.
 */
export async function findMaster(
  options: RedisServerOptions,
  sentinels: readonly RedisAddress[],
  sentinel: Sentinel,
): Promise<Master> {
  let failure: unknown = new Error('no sentinel is named');
  for (const address of sentinels) {
    try {
      const { place, others } = await ask(options, address, sentinel);
      return { master: await connectToMaster(options, place), sentinels: [address, ...others] };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function connectToMaster(options: RedisServerOptions, place: RedisAddress): Promise<Connected> {
  const master = await connectToServer(options, place);
  const { client } = master;
  try {
    const role = await answered(client, answerTimeoutOf(options), () => client.sendCommand<Reply>(['ROLE']));
    if (Array.isArray(role) && role[0] === 'master') return master;
    throw new Error(`${addressText(place)}, which Sentinel names, is no master now`);
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw error;
  }
}

async function ask(
  options: RedisServerOptions,
  address: RedisAddress,
  { master, password }: Sentinel,
): Promise<{ readonly place: RedisAddress; readonly others: readonly RedisAddress[] }> {
  const { tls, connectTimeoutMs } = options;
  const access = {
    servers: [address] as const,
    ...(tls === undefined ? {} : { tls }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(password === undefined ? {} : { password }),
  };
  const { client } = await connectToServer(access, address);
  const asked = answered(client, answerTimeoutOf(options), async () => {
    const named = await client.sendCommand<Reply>(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master]);
    if (!Array.isArray(named)) throw new Error(`Sentinel watches no master named ${master}`);
    const [host, port] = named as unknown as readonly [string, string];
    const others = (await client.sendCommand<Reply>(['SENTINEL', 'SENTINELS', master])) as readonly Reply[];
    return { place: { host, port: Number(port) }, others: others.flatMap(addressOf) };
  });
  return asked.finally(() => {
    if (client.isOpen) client.destroy();
  });
}

/** From names and values in turn. */
function addressOf(flat: Reply): readonly RedisAddress[] {
  if (!Array.isArray(flat)) return [];
  const value = (name: string): string => String(flat[flat.indexOf(name) + 1]);
  return [{ host: value('ip'), port: Number(value('port')) }];
}
