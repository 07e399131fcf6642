import type { SessionRecord } from '@aegis/model';
import type { DecisionEvent, OutletMessage } from '@aegis/ports';

/** Names of the queues, on RabbitMQ, and of the topics on Kafka. */
export const QUEUES = {
  threatIntel: 'aegis.threat_intel.update',
  attacks: 'aegis.logs.attacks',
  metrics: 'aegis.metrics',
  defenseActions: 'aegis.defense.actions',
  bans: 'ip-ban-events',
} as const;

export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

export interface QueueMessage extends OutletMessage {
  readonly queue: QueueName;
}

/** Where the messages come from. */
export interface Sender {
  readonly node: string;
  readonly region: string;
}

const MS = 1_000;

/**
 * What other systems are told of one event of the ledger. Ids are those of the event, so that what is told again is
 * known to be the same. Times are seconds of UTC, as everywhere in the mesh.
 */
export function decisionMessages(event: DecisionEvent, sender: Sender): readonly QueueMessage[] {
  const of = (queue: QueueName, key: string, body: object): QueueMessage => {
    const { node: source_node, region: source_region } = sender;
    const payload = JSON.stringify({
      id: event.id,
      timestamp: event.at / MS,
      source_node,
      source_region,
      ...body,
    });
    return { queue, id: event.id, key, payload };
  };
  if (event.kind !== 'made') {
    const { kind, decisionId: decision, reason, by } = event;
    const expiry = event.kind === 'extended' ? { expires: event.expires / MS } : {};
    const body = { event: kind, decision, reason, by, ...expiry };
    return [of(QUEUES.defenseActions, decision, body), of(QUEUES.bans, decision, body)];
  }
  const { decision } = event;
  const { id, scope, value, action, reason, origin, source, weight, expires } = decision;
  const body = {
    ...{ event: 'made', decision: id, scope, value, action, reason, origin, source },
    expires: expires / MS,
  };
  const messages = [of(QUEUES.defenseActions, id, body)];
  if (scope !== 'ip' && scope !== 'range') return messages;
  messages.push(
    of(QUEUES.threatIntel, value, { ip: value, threat_level: weight, attack_type: source || origin, action }),
  );
  if (action === 'ban') messages.push(of(QUEUES.bans, id, body));
  return messages;
}

/** The session that gave rise to a decision. */
export function attackMessage(record: SessionRecord): QueueMessage {
  return {
    queue: QUEUES.attacks,
    id: `session-${record.sess_uuid}`,
    key: record.peer_ip,
    payload: JSON.stringify(record),
  };
}
