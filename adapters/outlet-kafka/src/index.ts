export type { KafkaServerOptions } from './connection-to.ts';
export { describeKafka } from './describe-kafka.ts';
export { openKafkaOutlet } from './kafka-outlet.ts';
