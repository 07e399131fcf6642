import type { ServerAddress } from '../server-address.ts';
import type { Section } from '../setting.ts';
import { duration, flag, servers, text } from '../setting-kinds.ts';

export interface QueuesSettings {
  /** Empty: none. */
  readonly rabbitmqUrl: string;
  /** Empty: none. */
  readonly kafkaBrokers: readonly ServerAddress[];
  readonly kafkaUsername: string;
  readonly kafkaTls: boolean;
  readonly metricsEveryMs: number;
}

export const queuesSection: Section<QueuesSettings> = {
  is: 'section',
  key: 'queues',
  doc: 'Queues of a broker through which other systems are told of decisions, attacks and figures; see docs/stores.md. Its password is a secret: AEGIS_QUEUES_PASSWORD or AEGIS_QUEUES_PASSWORD_FILE.',
  members: {
    rabbitmqUrl: text({
      key: 'rabbitmq_url',
      doc: 'The RabbitMQ, 3.10 or later. Empty: none.',
      initial: '',
      pattern: /^(?:amqps?:\/\/(?:[^\s:@/]+@)?[^\s@]{1,1000})?$/,
      expected: 'a URL without a password, such as amqps://aegis@rabbit.example/vhost',
    }),
    kafkaBrokers: servers({
      key: 'kafka_brokers',
      doc: 'Some brokers of a Kafka cluster, 3.5 or later, instead of a RabbitMQ. The cluster makes topics by itself, or they are there.',
      most: 100,
      defaultPort: 9092,
    }),
    kafkaUsername: text({
      key: 'kafka_username',
      doc: 'The user for SCRAM-SHA-512. Empty: nobody logs in.',
      initial: '',
      pattern: /^[!-~]{0,255}$/,
      expected: 'a name of at most 255 printable characters without spaces',
    }),
    kafkaTls: flag({ key: 'kafka_tls', doc: 'Whether Kafka is spoken to over TLS.', initial: false }),
    metricsEveryMs: duration({
      key: 'metrics_every',
      doc: 'How often the figures of the node go to aegis.metrics.',
      cost: 'Figures are this much older.',
      initial: '15s',
      min: '1s',
      max: '1h',
    }),
  },
};
