import type { Channel } from 'amqplib';

export type QueueType = 'quorum' | 'classic';

export interface Topology {
  /** Name of the exchange to which messages are published; also that of the queue of the group `''`. */
  readonly stream: string;
  /** `quorum` keeps every message on a majority of a cluster's servers. */
  readonly queueType: QueueType;
  /** Messages a queue may hold. */
  readonly maxLength: number;
}

/** A message goes to the queue of every group: a fanout. */
export async function declareStream(channel: Channel, { stream }: Topology): Promise<void> {
  await channel.assertExchange(stream, 'fanout', { durable: true });
}

/** The queue of a group and the one of its dead letters. */
export async function declareGroup(channel: Channel, topology: Topology, group: string): Promise<void> {
  const { stream, queueType, maxLength } = topology;
  const queue = queueOf(topology, group);
  const type = { 'x-queue-type': queueType };
  await channel.assertQueue(queue, {
    durable: true,
    // What does not fit is refused: its sender keeps it.
    arguments: { ...type, 'x-max-length': maxLength, 'x-overflow': 'reject-publish' },
  });
  await channel.assertQueue(deadQueueOf(topology, group), { durable: true, arguments: type });
  await channel.bindQueue(queue, stream, '');
}

export function queueOf({ stream }: Topology, group: string): string {
  return group === '' ? stream : `${stream}.${group}`;
}

export function deadQueueOf(topology: Topology, group: string): string {
  return `${queueOf(topology, group)}.dead`;
}
