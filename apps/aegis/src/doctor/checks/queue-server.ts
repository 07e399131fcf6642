import { readSecrets } from '../../config/env-secrets.ts';
import { kafkaServer, rabbitMqServer } from '../../queues/open-outlet.ts';
import { type Check, type Finding, fail, type NodeContext, ok } from '../check.ts';

export const queueServer: Check<NodeContext> = {
  name: 'queues',
  async run({ config, env, readFile }) {
    const read = readSecrets(env, readFile);
    const secrets = read.ok ? read.value : {};
    const rabbitMq = rabbitMqServer(config, secrets);
    const kafka = kafkaServer(config, secrets);
    if (rabbitMq !== undefined)
      return look('rabbitmq_url', async () => {
        const { describeRabbitMq } = await import('@aegis/stream-rabbitmq');
        return `RabbitMQ ${(await describeRabbitMq(rabbitMq)).version}`;
      });
    if (kafka === undefined) return ok('none');
    return look('kafka_brokers', async () => {
      const { describeKafka } = await import('@aegis/outlet-kafka');
      return `Kafka, brokers: ${(await describeKafka(kafka)).brokers}`;
    });
  },
};

async function look(setting: string, describe: () => Promise<string>): Promise<readonly Finding[]> {
  try {
    return ok(await describe());
  } catch (error) {
    const mend = `see that it runs, and that queues.${setting} and AEGIS_QUEUES_PASSWORD are right`;
    return fail((error as Error).message, mend);
  }
}
