/** Names in Redis of what belongs to a topic: all in one slot of a Cluster, the channel named as the topic. */
export interface TopicKeys {
  readonly channel: string;
  /** Every message, the oldest trimmed. */
  readonly stream: string;
  /** Hash: position and payload of the last message by key. */
  readonly retained: string;
  /** Sorted set: until when each key is retained. */
  readonly ends: string;
}

export function topicKeys(topic: string): TopicKeys {
  const key = (name: string): string => `{${topic}}:${name}`;
  return { channel: topic, stream: key('stream'), retained: key('retained'), ends: key('ends') };
}
