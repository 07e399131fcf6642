export { openRabbitMqOutlet } from './rabbitmq-outlet.ts';
export { openRabbitMqStream, type RabbitMqStreamOptions } from './rabbitmq-stream.ts';
