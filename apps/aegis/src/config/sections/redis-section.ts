import type { ServerAddress } from '../server-address.ts';
import type { Section } from '../setting.ts';
import { duration, flag, servers, text, whole } from '../setting-kinds.ts';
import { FILE_NAME } from './file-name.ts';

export interface RedisSettings {
  /** Empty: the embedded stream, unless `hosts` are named. */
  readonly host: string;
  readonly port: number;
  /** Servers of a Cluster. */
  readonly hosts: readonly ServerAddress[];
  readonly database: number;
  readonly username: string;
  readonly timeoutMs: number;
  readonly replicas: number;
  readonly tls: RedisTlsSettings;
}

interface RedisTlsSettings {
  readonly enabled: boolean;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly serverName: string;
  readonly verify: boolean;
}

const tls: Section<RedisTlsSettings> = {
  is: 'section',
  key: 'tls',
  doc: 'Encryption on the way to Redis.',
  members: {
    enabled: flag({ key: 'enabled', doc: 'Whether Redis is spoken to over TLS.', initial: false }),
    caFile: text({
      ...FILE_NAME,
      key: 'ca_file',
      doc: 'The authority that signed the certificate of Redis, as PEM. Empty: the authorities that Node knows.',
    }),
    certFile: text({
      ...FILE_NAME,
      key: 'cert_file',
      doc: 'The certificate that this program shows, as PEM, for a Redis that asks for one.',
    }),
    keyFile: text({
      ...FILE_NAME,
      key: 'key_file',
      doc: 'The private key of cert_file, as PEM.',
    }),
    serverName: text({
      key: 'server_name',
      doc: 'The name in the certificate of Redis, where it is not its host.',
      initial: '',
      pattern: /^[A-Za-z0-9._-]{0,253}$/,
      expected: 'a host name',
    }),
    verify: flag({
      key: 'verify',
      doc: 'Whether the certificate must be valid. Turned off, whoever is in between can read and change everything.',
      initial: true,
    }),
  },
};

export const redisSection: Section<RedisSettings> = {
  is: 'section',
  key: 'redis',
  doc: 'Where sessions wait when several workers share the analysis. Named by host or hosts, it takes the place of the embedded stream. Its password is a secret: AEGIS_REDIS_PASSWORD or AEGIS_REDIS_PASSWORD_FILE.',
  members: {
    host: text({
      key: 'host',
      doc: 'The Redis, 6.2 or later. Empty: the embedded stream in the data directory.',
      initial: '',
      pattern: /^[A-Za-z0-9:._-]{0,253}$/,
      expected: 'an address or a host name without a port, such as 192.0.2.1, "::1" or redis.example',
      variables: ['REDIS_HOST'],
    }),
    port: whole({
      key: 'port',
      doc: 'The TCP port of host.',
      initial: 6379,
      min: 1,
      max: 65_535,
      variables: ['REDIS_PORT'],
    }),
    hosts: servers({
      key: 'hosts',
      doc: 'Servers of a Redis Cluster, instead of host; one that answers is enough, the others are asked for.',
      most: 100,
      defaultPort: 6379,
    }),
    database: whole({
      key: 'database',
      doc: 'The numbered database; a Cluster has only 0.',
      initial: 0,
      min: 0,
      max: 65_535,
    }),
    username: text({
      key: 'username',
      doc: 'The user of the access list (ACL). Empty: the default user.',
      initial: '',
      pattern: /^[!-~]{0,255}$/,
      expected: 'a name of at most 255 printable characters without spaces',
    }),
    timeoutMs: duration({
      key: 'timeout',
      doc: 'How long a connection or an answer may take. Past it Redis counts as away.',
      cost: 'A Redis that hangs is noticed this much later.',
      initial: '5s',
      min: '100ms',
      max: '1m',
    }),
    replicas: whole({
      key: 'replicas',
      doc: 'Replicas that must have a session before it is acknowledged to its sender, so that a failover loses none.',
      cost: 'A round trip between the servers for each batch; nothing is taken in while fewer are there.',
      initial: 0,
      min: 0,
      max: 10,
      unit: 'replicas',
    }),
    tls,
  },
};
