import { answered } from './answered.ts';
import { connectToServer } from './connect-to-server.ts';
import type { Connected, Reply } from './redis-connection.ts';
import {
  addressText,
  answerTimeoutOf,
  type RedisAddress,
  type RedisServerOptions,
} from './redis-server-options.ts';

interface Owner {
  readonly owner: Connected;
  /** Every server that the Cluster has now. */
  readonly servers: readonly RedisAddress[];
}

/** The Cluster's server that holds the slot of `key`, as the first of `servers` that answers has it. */
export async function findOwner(
  options: RedisServerOptions,
  servers: readonly RedisAddress[],
  key: string,
): Promise<Owner> {
  let failure: unknown = new Error('no server is named');
  for (const server of servers) {
    try {
      return await askForOwner(options, server, key);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function askForOwner(options: RedisServerOptions, server: RedisAddress, key: string): Promise<Owner> {
  const asked = await connectToServer(options, server);
  try {
    const { client } = asked;
    const [keySlot, slots] = await answered(client, answerTimeoutOf(options), () =>
      Promise.all([
        client.sendCommand<Reply>(['CLUSTER', 'KEYSLOT', key]),
        client.sendCommand<Reply>(['CLUSTER', 'SLOTS']),
      ]),
    );
    const slot = Number(keySlot);
    const ranges = slots as readonly SlotRange[];
    const servers = ranges.flatMap(([, , ...nodes]) => nodes.map((node) => addressOf(node, server)));
    const holder = ranges.find(([first, last]) => first <= slot && slot <= last)?.[2];
    if (holder === undefined) throw new Error(`no server of the Cluster holds slot ${slot}`);
    const address = addressOf(holder, server);
    if (addressText(address) === addressText(server)) return { owner: asked, servers };
    const owner = await connectToServer(options, address);
    asked.client.destroy();
    return { owner, servers };
  } catch (error) {
    if (asked.client.isOpen) asked.client.destroy();
    throw error;
  }
}

/** First slot, last slot, then the master and its replicas. */
type SlotRange = readonly [first: number, last: number, ...nodes: SlotNode[]];
type SlotNode = readonly [host: string | null, port: number, ...rest: Reply[]];

/** A server that does not know its own name leaves it out: it is the one that was asked. */
function addressOf([host, port]: SlotNode, asked: RedisAddress): RedisAddress {
  return { host: host || asked.host, port };
}
