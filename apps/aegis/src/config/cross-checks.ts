import { Prefix, writeDuration } from '@aegis/model';
import { createMasker } from '@aegis/trail';
import { withRule } from '../trail/mask-rule.ts';
import type { Config } from './config.ts';
import { notificationConflict } from './notification-conflict.ts';

interface CrossCheck {
  /** What it looks at; it is reported at the first. */
  readonly keys: readonly [string, ...string[]];
  /** What is wrong with these together, and what would be right. */
  readonly conflict: (config: Config) => string | undefined;
}

/** What no single key can tell. */
export const CROSS_CHECKS: readonly CrossCheck[] = [
  {
    keys: ['masking.rules'],
    conflict: ({ masking }) => {
      for (const rule of masking.rules) {
        const added = withRule(createMasker([]), rule);
        if (!added.ok) return `the rule ${JSON.stringify(rule.name)}: ${added.error}`;
      }
      return undefined;
    },
  },
  {
    keys: ['decoy.port', 'http.port', 'decoy.host', 'http.host', 'decoy.enabled'],
    conflict: ({ http, decoy }) =>
      decoy.enabled && decoy.port === http.port && http.port !== 0 && overlap(http.host, decoy.host)
        ? `${decoy.port} is taken by http.port; give each a port of its own`
        : undefined,
  },
  {
    keys: ['http.limits.intake_body', 'http.limits.body'],
    conflict: ({ http: { limits } }) =>
      limits.intakeBodyBytes < limits.bodyBytes
        ? 'is below http.limits.body; make it at least as large'
        : undefined,
  },
  {
    keys: ['http.limits.headers_timeout', 'http.limits.request_timeout'],
    conflict: ({ http: { limits } }) => headersAfterRequest(limits, 'http'),
  },
  {
    keys: ['decoy.limits.headers_timeout', 'decoy.limits.request_timeout'],
    conflict: ({ decoy: { limits } }) => headersAfterRequest(limits, 'decoy'),
  },
  {
    keys: ['http.proxy_protocol.from', 'http.proxy_protocol.enabled'],
    conflict: ({ http: { proxyProtocol } }) =>
      proxyProtocol.enabled && proxyProtocol.from.length === 0
        ? 'is empty, so nobody could connect; name the proxies'
        : undefined,
  },
  {
    keys: ['http.proxy_protocol.port', 'http.port', 'http.proxy_protocol.enabled'],
    conflict: ({ http: { host, port, proxyProtocol: proxied } }) =>
      proxied.enabled && proxied.port === port && port !== 0 && overlap(host, proxied.host)
        ? `${port} is taken by http.port; give each a port of its own`
        : undefined,
  },
  {
    keys: ['decoy.sessions.idle', 'decoy.sessions.length'],
    conflict: ({ decoy: { sessions } }) =>
      sessions.idleMs > sessions.maxDurationMs
        ? `is longer than decoy.sessions.length (${writeDuration(sessions.maxDurationMs)}), so no session could ever end by being idle; make it shorter`
        : undefined,
  },
  {
    keys: ['decoy.limits.body', 'decoy.limits.kept_body'],
    conflict: ({ decoy: { limits } }) =>
      limits.maxBodyBytes < limits.keptBodyBytes
        ? 'is below decoy.limits.kept_body; make it at least as large'
        : undefined,
  },
  {
    keys: ['pipeline.max_backlog', 'pipeline.batch_size'],
    conflict: ({ pipeline }) =>
      pipeline.maxBacklog < pipeline.batchSize
        ? `is below pipeline.batch_size (${pipeline.batchSize}), so no batch could ever be full; raise it`
        : undefined,
  },
  {
    keys: ['redis.hosts', 'redis.host'],
    conflict: ({ redis }) =>
      redis.hosts.length > 0 && redis.host !== ''
        ? 'names a Cluster, and redis.host one server; keep the one that is meant'
        : undefined,
  },
  {
    keys: ['queues.kafka_brokers', 'queues.rabbitmq_url'],
    conflict: ({ queues }) =>
      queues.kafkaBrokers.length > 0 && queues.rabbitmqUrl !== ''
        ? 'names a Kafka, and queues.rabbitmq_url a RabbitMQ; keep the one that is meant'
        : undefined,
  },
  {
    keys: ['notifications.rules', 'notifications.channels'],
    conflict: ({ notifications }) => notificationConflict(notifications),
  },
  {
    keys: ['redis.database', 'redis.hosts'],
    conflict: ({ redis }) =>
      redis.hosts.length > 0 && redis.database !== 0
        ? 'must be 0 where redis.hosts names a Cluster, which has no other'
        : undefined,
  },
  {
    keys: ['redis.tls.cert_file', 'redis.tls.key_file'],
    conflict: ({ redis: { tls } }) =>
      (tls.certFile === '') === (tls.keyFile === '')
        ? undefined
        : 'and redis.tls.key_file belong together; give both or neither',
  },
  {
    keys: ['redis.tls.enabled', 'redis.tls.ca_file', 'redis.tls.cert_file', 'redis.tls.server_name'],
    conflict: ({ redis: { tls } }) =>
      !tls.enabled && [tls.caFile, tls.certFile, tls.serverName].some((value) => value !== '')
        ? 'is false, so the other redis.tls settings would do nothing; set it to true, or take them out'
        : undefined,
  },
  {
    keys: ['registry.policy_key_file', 'registry.endpoints'],
    conflict: ({ registry: { policyKeyFile, endpoints } }) =>
      policyKeyFile !== '' && endpoints.length === 0
        ? 'does nothing without registry.endpoints; name the members of the etcd, or take it out'
        : undefined,
  },
  {
    keys: ['registry.tls.cert_file', 'registry.tls.key_file'],
    conflict: ({ registry: { tls } }) =>
      (tls.certFile === '') === (tls.keyFile === '')
        ? undefined
        : 'and registry.tls.key_file belong together; give both or neither',
  },
  {
    keys: [
      'registry.tls.enabled',
      'registry.tls.ca_file',
      'registry.tls.cert_file',
      'registry.tls.server_name',
    ],
    conflict: ({ registry: { tls } }) =>
      !tls.enabled && [tls.caFile, tls.certFile, tls.serverName].some((value) => value !== '')
        ? 'is false, so the other registry.tls settings would do nothing; set it to true, or take them out'
        : undefined,
  },
  ...(['http', 'grpc'] as const).map(
    (server): CrossCheck => ({
      keys: [`${server}.tls.cert_file`, `${server}.tls.key_file`, `${server}.tls.client_ca_file`],
      conflict: ({ [server]: { tls } }) => {
        if ((tls.certFile === '') !== (tls.keyFile === ''))
          return `and ${server}.tls.key_file belong together; give both or neither`;
        return tls.certFile === '' && tls.clientCaFile !== ''
          ? `is needed by ${server}.tls.client_ca_file: only over TLS can a client show a certificate`
          : undefined;
      },
    }),
  ),
  {
    keys: ['decisions.exempt'],
    conflict: ({ decisions }) => everyone(decisions.exempt, 'so nobody could ever be blocked'),
  },
  {
    keys: ['decisions.protected'],
    conflict: ({ decisions }) => everyone(decisions.protected, 'so nothing could ever be decided'),
  },
];

/** What is allowed and deserves a word. */
export function configWarnings({ http, redis }: Config): readonly string[] {
  const warnings: string[] = [];
  if (everything(http.trustedProxies) !== undefined)
    warnings.push('http.trusted_proxies holds every address: any client can pretend to be any other');
  if (http.proxyProtocol.enabled && everything(http.proxyProtocol.from) !== undefined)
    warnings.push('http.proxy_protocol.from holds every address: any client can pretend to be any other');
  if (redis.tls.enabled && !redis.tls.verify)
    warnings.push('redis.tls.verify is false: whoever is in between can read and change every session');
  return warnings;
}

interface RequestTimes {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

function headersAfterRequest(
  { headersTimeoutMs, requestTimeoutMs }: RequestTimes,
  server: string,
): string | undefined {
  if (headersTimeoutMs <= requestTimeoutMs) return undefined;
  return `is longer than ${server}.limits.request_timeout (${writeDuration(requestTimeoutMs)}), which includes it; make it shorter`;
}

function overlap(a: string, b: string): boolean {
  const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';
  return a === b || isWildcard(a) || isWildcard(b);
}

function everyone(prefixes: readonly Prefix[], consequence: string): string | undefined {
  const all = everything(prefixes);
  return all === undefined ? undefined : `${all} is every address, ${consequence}; name smaller networks`;
}

function everything(prefixes: readonly Prefix[]): Prefix | undefined {
  return prefixes.find((prefix) => Prefix.parts(prefix).length === 0);
}
