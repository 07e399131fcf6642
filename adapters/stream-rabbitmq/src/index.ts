export { describeRabbitMq } from './describe-rabbitmq.ts';
export type { RabbitMqServerOptions } from './rabbitmq-connection.ts';
export { openRabbitMqOutlet } from './rabbitmq-outlet.ts';
export { openRabbitMqStream, type RabbitMqStreamOptions } from './rabbitmq-stream.ts';
