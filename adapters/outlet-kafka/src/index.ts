export { type KafkaOutletOptions, openKafkaOutlet } from './kafka-outlet.ts';
