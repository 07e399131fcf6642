import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongodbMemory } from '@aegis/memory-mongodb';
import {
  describeWithReal,
  type KafkaServer,
  type MongodbServer,
  type PostgresServer,
  type RabbitMqServer,
  startKafka,
  startMongodb,
  startPostgres,
  startRabbitMq,
} from '@aegis/testing';
import { Consumer, stringDeserializers } from '@platformatic/kafka';
import { connect } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aegis, ROOT, type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { verdictOf } from '../harness/mesh-scene.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { plainEnvironment, runProgram } from '../harness/run-program.ts';
import { attackOf } from '../harness/session-of.ts';
import { commandsOf } from './code-blocks.ts';

const document = readFileSync(join(ROOT, 'docs', 'stores.md'), 'utf8');
const commands = commandsOf(document);
const [configText = '', kafkaText = ''] = [...document.matchAll(/^```yaml\n(.*?)^```/gms)].map(
  ([, text = '']) => text,
);
const SECRETS = { AEGIS_LEDGER_PASSWORD: 'not-asked-for', AEGIS_QUEUES_PASSWORD: 'guest' };
const PORTS = { AEGIS_HTTP_PORT: '0', AEGIS_DECOY_PORT: '0' };
const ATTACKER = '198.51.100.9';

interface QueuedStep {
  readonly step?: string;
  readonly value?: string;
  readonly target_ip?: string;
}

describeWithReal('postgres', 'a node whose stores are servers, as docs/stores.md has it', () => {
  let folder: string;
  let postgres: PostgresServer;
  let mongodb: MongodbServer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aegis-stores-'));
    [postgres, mongodb] = await Promise.all([startPostgres(), startMongodb()]);
  });
  afterAll(async () => {
    await Promise.all([postgres.remove(), mongodb.remove()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const sql = (statement: string): string =>
    execFileSync('psql', [postgres.url, '-Atqc', statement], { encoding: 'utf8' }).trim();
  const patternsIn = async (database: string): Promise<number> => {
    const memory = await openMongodbMemory({ url: mongodb.url, database });
    const { length } = await memory.patterns({ limit: 10 });
    await memory.close();
    return length;
  };
  /** It analyses, decides and learns, all of it on the servers. */
  const works = async (node: RunningAegis, schema: string, database: string): Promise<void> => {
    await pushSessions(node, [attackOf(`on-${schema}`, ATTACKER)]);
    await eventually('the attacker is blocked', async () =>
      (await verdictOf(node, ATTACKER)) === 'block' ? true : undefined,
    );
    expect(sql(`SELECT action FROM ${schema}.decision WHERE value = '${ATTACKER}'`)).toBe('ban');
    await eventually('the attack is remembered', async () =>
      (await patternsIn(database)) > 0 ? true : undefined,
    );
  };

  describeWithReal('rabbitmq', 'by the config file, with RabbitMQ', () => {
    let rabbit: RabbitMqServer;
    let node: RunningAegis;
    beforeAll(async () => {
      rabbit = await startRabbitMq();
      const places = {
        'postgres://aegis@db.example:5432/aegis?sslmode=verify-full': postgres.url,
        'mongodb://aegis@mongo-1,mongo-2,mongo-3/?replicaSet=rs0&tls=true': mongodb.url,
        'amqps://aegis@rabbit.example/aegis': rabbit.url.replace('guest:guest', 'guest'),
      };
      let config = configText;
      for (const [example, real] of Object.entries(places)) {
        expect(config).toContain(example);
        config = config.replace(example, real);
      }
      writeFileSync(join(folder, 'aegis.yaml'), config);
    });
    afterAll(async () => {
      await node.stop();
      await rabbit.remove();
    });

    test.each(commands.map((each) => [`line ${each.line}: ${each.command}`, each] as const))(
      '%s',
      async (_, { command, background, exitCode }) => {
        if (background) {
          const dataDir = join(folder, command.split(' ').at(-1) ?? '');
          node = await startAegis({ cwd: folder, dataDir, env: SECRETS });
          return;
        }
        const { PATH = '', ...rest } = plainEnvironment();
        const path = `${join(ROOT, 'node_modules', '.bin')}:${PATH}`;
        const env = { ...rest, ...SECRETS, ...PORTS, PATH: path };
        const result = await runProgram(['sh', '-c', command], { cwd: folder, env });
        expect(result).toMatchObject({ code: exitCode });
        if (command === 'aegis doctor') {
          for (const line of [
            /^ok +ledger +PostgreSQL \d/m,
            /^ok +memory +MongoDB/m,
            /^ok +queues +RabbitMQ 3/m,
          ])
            expect(result.stdout).toMatch(line);
        }
      },
    );

    test('what it decides and learns lies on the servers, and who reads the queue is told', async () => {
      await works(node, 'aegis', 'aegis');
      const connection = await connect(rabbit.url);
      const channel = await connection.createChannel();
      const told = await eventually('the ban is in the queue', async () => {
        const message = await channel
          .get('aegis.defense.actions', { noAck: true })
          .catch(() => false as const);
        if (message === false) return undefined;
        const step = JSON.parse(message.content.toString()) as QueuedStep;
        return JSON.stringify(step).includes(ATTACKER) ? step : undefined;
      });
      expect(told).toBeDefined();
      await connection.close();
    });

    test('PostgreSQL is away: what is in force stays in force, nothing is decided until it is back', async () => {
      await postgres.server.kill();
      expect(await verdictOf(node, ATTACKER)).toBe('block');
      const decide = (): Promise<Response> =>
        node.fetch('/v1/decisions/import?duration=1h', {
          method: 'POST',
          headers: { 'content-type': 'text/plain' },
          body: '192.0.2.50',
        });
      const refused = await decide();
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({ type: 'urn:aegis:problem:ledger_unavailable' });
      const doctor = await aegis(['doctor', '--json'], { cwd: folder, env: { ...SECRETS, ...PORTS } });
      expect(doctor.stdout).toContain('"check":"ledger","level":"fail"');
      await postgres.start();
      await eventually('it decides again', async () => ((await decide()).ok ? true : undefined));
      expect(sql("SELECT count(*) FROM aegis.decision WHERE value = '192.0.2.50'")).toBe('1');
    });

    test('who changes a record in PostgreSQL is found out', async () => {
      const verified = await node.run(['audit', 'verify']);
      expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('sound') });
      sql(`UPDATE aegis.decision_event SET made = replace(made, '${ATTACKER}', '198.51.100.10')`);
      const found = await node.run(['audit', 'verify']);
      expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('wrong') });
      const offline = ['audit', 'verify', '--file', join(folder, 'trail.ndjson')];
      // Without any server: what was exported before is as it was.
      expect(await aegis(offline)).toMatchObject({ code: 0 });
    });

    test('it stops in order', async () => expect(await node.stop()).toBe(0));
  });

  describeWithReal('kafka', 'by the environment, with Kafka', () => {
    let kafka: KafkaServer;
    let node: RunningAegis;
    beforeAll(async () => {
      kafka = await startKafka();
      expect(kafkaText).toContain('kafka_brokers:');
      node = await startAegis({
        env: {
          AEGIS_LEDGER_URL: postgres.url,
          AEGIS_LEDGER_SCHEMA: 'by_variables',
          MONGODB_URI: mongodb.url,
          AEGIS_MEMORY_DATABASE: 'by_variables',
          AEGIS_QUEUES_KAFKA_BROKERS: kafka.broker,
        },
      });
    });
    afterAll(async () => {
      await node.stop();
      await kafka.remove();
    });

    test('it works, tells the topic, and stops in order', async () => {
      await works(node, 'by_variables', 'by_variables');
      const consumer = new Consumer({
        ...{ clientId: 'reader', groupId: 'reader', bootstrapBrokers: [kafka.broker] },
        deserializers: stringDeserializers,
      });
      const messages = await eventually('the topic is there', () =>
        consumer
          .consume({ topics: ['ip-ban-events'], mode: 'earliest', autocommit: false })
          .catch(() => undefined),
      );
      for await (const { value } of messages) if (value.includes(ATTACKER)) break;
      await consumer.close(true);
      expect(await node.stop()).toBe(0);
    });
  });
});
